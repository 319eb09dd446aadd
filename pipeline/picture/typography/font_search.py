"""Finds the fonts of this machine: by fontconfig, or else in the known folders."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import EpisodeError
from pipeline.process import run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import uharfbuzz

FaceLocation = tuple[Path, int]
_TIMEOUT_SECONDS = 20.0
_MAX_FILES = 4_000
_MAX_FALLBACKS = 6
_OUTLINE_TABLES = {"glyf", "CFF ", "CFF2"}
_FAMILY_NAME_ID, _FULL_NAME_ID, _TYPOGRAPHIC_FAMILY_ID = 1, 4, 16  # OpenType name identifiers
_BOLD_FROM = 600


# Chinese families made for screens, best first; the first two have the same drawings as the bundled
# font
_CHINESE_FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
)


def find_chinese_font(weight: int) -> FaceLocation | None:
    """Return the system's font for Simplified Chinese at an OpenType weight, or None."""
    match = _fontconfig_match(f":lang=zh-cn:weight={_fontconfig_weight(weight)}")
    if match is not None and _face_family_names(*match) & {
        name.lower() for name in _CHINESE_FAMILIES
    }:
        return match
    return next(
        (
            found
            for name in _CHINESE_FAMILIES
            if (found := find_font_family(name, weight)) is not None
        ),
        None,
    )


def find_font_family(name: str, weight: int) -> FaceLocation | None:
    """Return the face of a family that is nearest to a weight, or None if it is not installed."""
    escaped_name = name.replace("\\", "").replace(":", "").replace("-", r"\-").replace(",", r"\,")
    match = _fontconfig_match(f"{escaped_name}:weight={_fontconfig_weight(weight)}")
    if match is not None and name.lower() in _face_family_names(*match):
        return match
    faces = [face for face in _installed_faces() if name.lower() in _face_family_names(*face)]
    bold = weight >= _BOLD_FROM
    return min(faces, key=lambda face: ("bold" in face_name(*face).lower()) != bold, default=None)


def find_fonts_covering(characters: Sequence[str]) -> tuple[FaceLocation, ...]:
    """Return a few outline fonts that together have as many of the characters as possible."""
    uncovered = set(characters)
    chosen: list[FaceLocation] = []
    for character in characters:
        if character in uncovered and len(chosen) < _MAX_FALLBACKS:
            face = _best_face_for(character)
            if face is not None:
                chosen.append(face)
                uncovered = {
                    other for other in uncovered if ord(other) not in face_code_points(*face)
                }
    return tuple(chosen)


def _best_face_for(character: str) -> FaceLocation | None:
    fontconfig_lines = _run_fontconfig(
        ["fc-list", f":charset={ord(character):x}", "--format=%{file}\t%{index}\n"]
    )
    faces = (
        [_parse_face(line) for line in fontconfig_lines.splitlines()]
        if fontconfig_lines
        else list(_installed_faces())
    )
    candidates = [
        face
        for face in faces
        if face is not None and ord(character) in face_code_points(*face) and has_outlines(*face)
    ]
    order = {name.lower(): place for place, name in enumerate(_CHINESE_FAMILIES)}

    def rank(face: FaceLocation) -> tuple[int, bool, str, int]:
        place = min(
            (order.get(name, len(order)) for name in _face_family_names(*face)), default=len(order)
        )
        return place, "bold" not in face_name(*face).lower(), str(face[0]), face[1]

    return min(candidates, key=rank, default=None)


def _fontconfig_match(pattern: str) -> FaceLocation | None:
    return _parse_face(_run_fontconfig(["fc-match", "--format=%{file}\t%{index}\n", pattern]))


def _parse_face(line: str) -> FaceLocation | None:
    name, _, index = line.strip().partition("\t")
    if not name or not index.lstrip("-").isdigit():
        return None
    return Path(name), int(index) & 0xFFFF  # the upper half names an instance of a variable font


def _run_fontconfig(arguments: list[str]) -> str:
    """Return the output of a fontconfig tool, or "" if there is none or it fails.

    The folders are searched then.
    """
    if shutil.which(arguments[0]) is None:
        return ""
    try:
        return run_tool(arguments, timeout=_TIMEOUT_SECONDS)[0].decode("utf-8", "replace")
    except EpisodeError:
        return ""


def _fontconfig_weight(weight: int) -> int:
    return 200 if weight >= _BOLD_FROM else 80


def _installed_faces() -> Iterator[FaceLocation]:
    seen = 0
    for folder in _font_folders():
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in {".otf", ".ttf", ".ttc", ".otc"}:
                seen += 1
                if seen > _MAX_FILES:
                    return
                yield from ((path, index) for index in range(_face_count(path)))


def _font_folders() -> tuple[Path, ...]:
    home = Path.home()
    windows = Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
    candidates = (
        *(
            home / ".local/share/fonts",
            home / ".fonts",
            Path("/usr/local/share/fonts"),
            Path("/usr/share/fonts"),
        ),
        *(home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")),
        *(Path(os.environ.get("LOCALAPPDATA", home)) / "Microsoft/Windows/Fonts", windows),
    )
    return tuple(place for place in candidates if place.is_dir())


def simplified_chinese_face(path: Path) -> int | None:
    """Return the index of a font file's Simplified Chinese face, or None if it is no font.

    It is 0 if no face has this name.
    """
    names = [face_name(path, index).upper().split() for index in range(_face_count(path))]
    return next((index for index, words in enumerate(names) if "SC" in words), 0) if names else None


def face_code_points(path: Path, index: int) -> frozenset[int]:
    """Return the code points a face has."""
    face = _open_face(path, index)
    return frozenset() if face is None else frozenset(face.unicodes)


def has_outlines(path: Path, index: int) -> bool:
    """Return whether a face is drawn by outlines (bitmap colour fonts are not)."""
    face = _open_face(path, index)
    return face is not None and bool(_OUTLINE_TABLES & set(face.table_tags))


def is_variable(path: Path, index: int) -> bool:
    """Return whether a face has a weight axis."""
    face = _open_face(path, index)
    return (
        face is not None
        and face.has_var_data
        and any(axis.tag == "wght" for axis in face.axis_infos)
    )


def face_name(path: Path, index: int) -> str:
    """Return a face's full name, such as `Noto Sans CJK SC Bold`."""
    face = _open_face(path, index)
    return "" if face is None else str(face.get_name(_FULL_NAME_ID) or path.stem)


def _face_family_names(path: Path, index: int) -> set[str]:
    face = _open_face(path, index)
    if face is None:
        return set()
    return {
        str(name).lower()
        for which in (_FAMILY_NAME_ID, _FULL_NAME_ID, _TYPOGRAPHIC_FAMILY_ID)
        if (name := face.get_name(which))
    }


def _face_count(path: Path) -> int:
    face = _open_face(path, 0)
    return 0 if face is None else face.count


def _open_face(path: Path, index: int) -> uharfbuzz.Face | None:
    """Return a face, or None where the file is no font that can be read."""
    import uharfbuzz

    try:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)
    except (OSError, uharfbuzz.HarfBuzzError):
        return None
    return face if face.glyph_count else None
