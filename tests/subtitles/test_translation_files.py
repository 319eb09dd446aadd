"""Rows to a translation's file and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.subtitles.translation_file import compose_translation_file, parse_translation_file
from tests.subtitles.factories import lines, quick, transcript


@quick
@given(
    lines,
    st.lists(
        st.one_of(st.just(""), lines, st.sampled_from(["@slide x", "@@", "@chapter", "@home"])),
        max_size=12,
    ),
)
def test_what_is_written_is_read_back(first: str, others: list[str]) -> None:
    """Any rows, empty and directive-like ones too, come back as they were.

    One row tells the encoding: two bytes by themselves, such as those of ÿ, may be UTF-8 or GBK.
    """
    rows = ("这一行说明编码", first, *others)
    assert (
        parse_translation_file(
            compose_translation_file(rows).encode(), transcript(*("字" for _ in rows)), "x", "en"
        )
        == rows
    )
