"""Which font is used, what it covers, and who helps out where it does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTCollection, TTFont

from pipeline.errors import InputError
from pipeline.picture.typography.font_search import face_code_points
from pipeline.picture.typography.fonts import (
    Font,
    FontSet,
    bundled_font,
    describe_font,
    find_font,
    fonts_fingerprint,
    missing_characters,
    resolve_fonts,
)
from tests.small_fonts import small_font

TRANSCRIPTS = Path(__file__).resolve().parents[2] / "transcript"
UNASSIGNED = "\U000e0f00"
"""A code point no font has."""


def test_bundled_fonts_cover_the_episode_that_ships() -> None:
    """Both weights have every character of the first episode's two languages."""
    faces = resolve_fonts("")
    texts = [
        (row, text)
        for path in TRANSCRIPTS.glob("*.txt")
        for row, text in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]
    assert missing_characters(texts, faces) == {}


def test_bundled_fonts_cover_daily_chinese() -> None:
    """The bundled font has all characters that talks need.

    The national standard, Latin with accents, pinyin, traditional titles, units and rarer names.
    """
    standard = "".join(
        bytes((row, cell)).decode("gb2312", "ignore")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
    )
    texts = [
        standard,
        "ÀÉîõüßøŁšžœ",
        "Ἐρατοσθένης Ελλάς Київ Ђорђе",
        "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ",
        "後來龍應臺說",
        "℃㎡½×÷≈≤→①②★·—…《》「」“”",
        "喆堃玥珺祎昇赟镕",
    ]
    assert missing_characters(enumerate(texts, 1), resolve_fonts("")) == {}
    assert len(standard) == 6763


def test_bundled_fonts_come_with_their_licence() -> None:
    """The Open Font License and the copyright lie beside the bundled files.

    Each file has less than three megabytes.
    """
    folder = bundled_font("bold").path.parent
    licence = (folder / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Copyright 2014-2021 Adobe" in licence
    assert [path.name for path in folder.glob("*.[ot]tf") if path.stat().st_size > 3_000_000] == []


def test_missing_characters_have_their_first_rows() -> None:
    """A character that no font has is reported once, with its first row.

    Controls and joiners draw nothing and are not reported.
    """
    faces = FontSet(bundled_font("regular"), bundled_font("bold"))
    rows = [
        (3, "正常"),
        (7, f"坏{UNASSIGNED}字"),
        (9, f"{UNASSIGNED}又"),
        (11, "零\u200d宽\ufeff\u2060"),
    ]
    assert missing_characters(rows, faces) == {UNASSIGNED: 7}


def test_missing_characters_looks_at_both_weights(tmp_path: Path) -> None:
    """Titles are bold and small text is not: what one of the two fonts lacks is missing."""
    latin = Font(small_font(tmp_path / "latin.ttf", "AB", "Latin Only"))
    assert missing_characters([(4, "中")], FontSet(bundled_font("regular"), latin)) == {"中": 4}
    assert missing_characters([(4, "中")], FontSet(latin, bundled_font("bold"))) == {"中": 4}


def test_resolve_fonts_adds_the_bundled_font_as_a_fallback(tmp_path: Path) -> None:
    """With a font that has Latin only, Chinese is drawn from the bundled one.

    The font is chosen character by character.
    """
    small_font(tmp_path / "latin.ttf", "ABC", "Latin Only")
    faces = resolve_fonts("latin.ttf", tmp_path, ["A中文B"])
    assert faces.regular == Font(tmp_path / "latin.ttf", origin="setting")
    assert [font.path for font in faces.fallback_chain("bold")] == [
        tmp_path / "latin.ttf",
        bundled_font("bold").path,
        bundled_font("bold").path.with_name("NotoSans-Bold-subset.ttf"),
    ]
    assert missing_characters([(1, "A中文B")], faces) == {}


def test_resolve_fonts_adds_system_fonts_as_fallbacks() -> None:
    """A character outside the bundled font comes from a font of the machine.

    That font must have outlines for it.
    """
    rare = "𠮷"
    faces = resolve_fonts("", None, [f"{rare}野家", UNASSIGNED])
    found = [
        font
        for font in faces.fallbacks
        if ord(rare) in face_code_points(font.path, font.face_index)
    ]
    if not found:
        pytest.skip("no font of this machine has 𠮷")
    assert missing_characters([(1, rare)], faces) == {}
    assert found[0].origin == "system"


def test_find_font_reads_a_font_file_of_the_folder(tmp_path: Path) -> None:
    """A file that is missing, or is no font, is an input error naming the path."""
    (tmp_path / "not.ttf").write_text("this is text")
    for name in ("not.ttf", "missing.otf"):
        with pytest.raises(InputError, match=name):
            find_font(name, "bold", tmp_path)


def test_find_font_refuses_an_unknown_family() -> None:
    """A family the machine does not have is named; nothing like it is taken silently."""
    with pytest.raises(InputError, match="No Such Family 77"):
        find_font("No Such Family 77")


def test_find_font_family_works_without_fontconfig(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without fontconfig's tools the known folders are searched.

    Fonts are identified by the names inside the files.
    """
    fonts = tmp_path / ".fonts"
    fonts.mkdir()
    small_font(fonts / "x.ttf", "AB", "Folder Family")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_font("folder family") == Font(fonts / "x.ttf", origin="setting")


def test_find_fonts_covering_works_without_fontconfig(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known folders serve single characters too."""
    fonts = tmp_path / ".fonts"
    fonts.mkdir()
    small_font(fonts / "x.ttf", UNASSIGNED, "Private")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (
        Font(fonts / "x.ttf", origin="system")
        in resolve_fonts("", None, [f"a{UNASSIGNED}"]).fallbacks
    )


def test_find_font_takes_the_simplified_face_of_a_collection(tmp_path: Path) -> None:
    """Of a collection's faces the Simplified Chinese one is used, whichever place it has."""
    collection = TTCollection()
    for family in ("Some JP", "Some KR", "Some SC"):
        collection.fonts.append(TTFont(small_font(tmp_path / f"{family}.ttf", "字", family)))
    collection.save(tmp_path / "all.ttc")
    assert find_font("all.ttc", "regular", tmp_path).face_index == 2


def test_find_font_sets_the_weight_of_a_variable_font(tmp_path: Path) -> None:
    """A font with a weight axis is drawn regular or bold along it, one without is left as it is."""
    small_font(tmp_path / "variable.ttf", "AB", "Varies", variable=True)
    small_font(tmp_path / "plain.ttf", "AB", "Plain")
    faces = resolve_fonts("variable.ttf", tmp_path)
    assert (faces.regular.weight_axis, faces.bold.weight_axis) == (400, 700)
    assert find_font("plain.ttf", "bold", tmp_path).weight_axis is None


def test_fonts_fingerprint_depends_on_content_only(tmp_path: Path) -> None:
    """The same file elsewhere has the same fingerprint, another weight has not."""
    copy = shutil.copy(bundled_font("bold").path, tmp_path / "copy.otf")
    there, here = (
        FontSet(bundled_font("regular"), bundled_font("bold")),
        FontSet(bundled_font("regular"), Font(Path(copy))),
    )
    assert fonts_fingerprint(there) == fonts_fingerprint(here)
    assert fonts_fingerprint(there) != fonts_fingerprint(
        FontSet(bundled_font("regular"), bundled_font("regular"))
    )


def test_describe_font_gives_name_and_origin() -> None:
    """What doctor shows: the font's own name, how it was found, and where it lies."""
    shown = describe_font(bundled_font("bold"))
    assert shown.startswith("Noto Sans CJK SC Bold (bundled: ")
    assert str(bundled_font("bold").path) in shown
