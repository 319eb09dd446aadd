"""The fonts of this machine: fontconfig where it answers, the known folders of each system where it does not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import EpisodeError
from pipeline.process import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import uharfbuzz

Face = tuple[Path, int]

_SECONDS = 20.0
_MOST_FILES = 4_000
_MOST_FALLBACKS = 6
_OUTLINES = {"glyf", "CFF ", "CFF2"}
_FAMILY, _FULL, _TYPOGRAPHIC = 1, 4, 16  # OpenType name identifiers
_BOLD_FROM = 600

# Chinese families made for screens, best first; the first two have the same drawings as the bundled font
_CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
)


def chinese(weight: int) -> Face | None:
    """Return the system's font for Simplified Chinese at a weight (OpenType scale), or None where it has none fit for it."""
    asked = _match(f":lang=zh-cn:weight={_fontconfig_weight(weight)}")
    if asked is not None and _family_names(*asked) & {name.lower() for name in _CHINESE}:
        return asked
    return next((found for name in _CHINESE if (found := family(name, weight)) is not None), None)


def family(name: str, weight: int) -> Face | None:
    """Return the face of a family by its name that is nearest to a weight, or None where the machine has no such family."""
    plain = name.replace("\\", "").replace(":", "").replace("-", r"\-").replace(",", r"\,")
    asked = _match(f"{plain}:weight={_fontconfig_weight(weight)}")
    if asked is not None and name.lower() in _family_names(*asked):
        return asked
    faces = [face for face in _known_faces() if name.lower() in _family_names(*face)]
    bold = weight >= _BOLD_FROM
    return min(faces, key=lambda face: ("bold" in full_name(*face).lower()) != bold, default=None)


def covering(characters: Sequence[str]) -> tuple[Face, ...]:
    """Return few fonts with outlines that together have as many of the characters as the machine's fonts do."""
    left = set(characters)
    chosen: list[Face] = []
    for character in characters:
        if character in left and len(chosen) < _MOST_FALLBACKS:
            face = _face_with(character)
            if face is not None:
                chosen.append(face)
                left = {other for other in left if ord(other) not in coverage(*face)}
    return tuple(chosen)


def _face_with(character: str) -> Face | None:
    listed = _fontconfig(["fc-list", f":charset={ord(character):x}", "--format=%{file}\t%{index}\n"])
    faces = [_face(line) for line in listed.splitlines()] if listed else list(_known_faces())
    fit = [face for face in faces if face is not None and ord(character) in coverage(*face) and has_outlines(*face)]
    order = {name.lower(): place for place, name in enumerate(_CHINESE)}

    def rank(face: Face) -> tuple[int, bool, str, int]:
        place = min((order.get(name, len(order)) for name in _family_names(*face)), default=len(order))
        return place, "bold" not in full_name(*face).lower(), str(face[0]), face[1]

    return min(fit, key=rank, default=None)


def _match(pattern: str) -> Face | None:
    return _face(_fontconfig(["fc-match", "--format=%{file}\t%{index}\n", pattern]))


def _face(line: str) -> Face | None:
    name, _, index = line.strip().partition("\t")
    if not name or not index.lstrip("-").isdigit():
        return None
    return Path(name), int(index) & 0xFFFF  # the upper half names an instance of a variable font


def _fontconfig(arguments: list[str]) -> str:
    """Return what a fontconfig tool says, or nothing where there is none or it fails: then the folders are searched."""
    if shutil.which(arguments[0]) is None:
        return ""
    try:
        return run(arguments, timeout=_SECONDS)[0].decode("utf-8", "replace")
    except EpisodeError:
        return ""


def _fontconfig_weight(weight: int) -> int:
    return 200 if weight >= _BOLD_FROM else 80


def _known_faces() -> Iterator[Face]:
    seen = 0
    for folder in _folders():
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in {".otf", ".ttf", ".ttc", ".otc"}:
                seen += 1
                if seen > _MOST_FILES:
                    return
                yield from ((path, index) for index in range(_face_count(path)))


def _folders() -> tuple[Path, ...]:
    home = Path.home()
    windows = Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
    places = (
        *(home / ".local/share/fonts", home / ".fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")),
        *(home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")),
        *(Path(os.environ.get("LOCALAPPDATA", home)) / "Microsoft/Windows/Fonts", windows),
    )
    return tuple(place for place in places if place.is_dir())


def simplified_face(path: Path) -> int | None:
    """Return which face of a font file is the Simplified Chinese one (else the first), or None where it is no font."""
    names = [full_name(path, index).upper().split() for index in range(_face_count(path))]
    return next((index for index, words in enumerate(names) if "SC" in words), 0) if names else None


def coverage(path: Path, index: int) -> frozenset[int]:
    """Return the code points a face has."""
    face = _open(path, index)
    return frozenset() if face is None else frozenset(face.unicodes)


def has_outlines(path: Path, index: int) -> bool:
    """Return whether a face is drawn by outlines (bitmap colour fonts are not)."""
    face = _open(path, index)
    return face is not None and bool(_OUTLINES & set(face.table_tags))


def is_variable(path: Path, index: int) -> bool:
    """Return whether a face has a weight axis."""
    face = _open(path, index)
    return face is not None and face.has_var_data and any(axis.tag == "wght" for axis in face.axis_infos)


def full_name(path: Path, index: int) -> str:
    """Return a face's full name, such as `Noto Sans CJK SC Bold`."""
    face = _open(path, index)
    return "" if face is None else str(face.get_name(_FULL) or path.stem)


def _family_names(path: Path, index: int) -> set[str]:
    face = _open(path, index)
    if face is None:
        return set()
    return {str(name).lower() for which in (_FAMILY, _FULL, _TYPOGRAPHIC) if (name := face.get_name(which))}


def _face_count(path: Path) -> int:
    face = _open(path, 0)
    return 0 if face is None else face.count


def _open(path: Path, index: int) -> uharfbuzz.Face | None:
    """Return a face, or None where the file is no font that can be read."""
    import uharfbuzz

    try:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)
    except (OSError, uharfbuzz.HarfBuzzError):
        return None
    return face if face.glyph_count else None
