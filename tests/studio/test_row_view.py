"""Rows as JSON: the smallest patch between two states, flags in every language."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from pipeline.messages import Message
from pipeline.model import Cue, RowTime, Span
from pipeline.studio.view.flag_messages import (
    FlagCriteria,
    finding_sentence,
    flags_for_row,
)
from pipeline.studio.view.row_break_cache import RowBreakCache
from pipeline.studio.view.row_view import patch_between
from pipeline.subtitle_profiles import CUE_LIMITS
from pipeline.subtitles.qc.quality_finding import QualityFinding, Severity
from pipeline.timebase import samples_from_frame, samples_from_ms
from tests.studio.factories import quick

ROWS = st.lists(st.sampled_from("abc"), max_size=9)
RULES = (
    *(
        "empty",
        "duration-short",
        "duration-long",
        "lines",
        "length",
        "speed",
        "order",
        "overlap",
        "gap-short",
        "gap-open",
    ),
    *("line-start", "line-end", "split"),
)


def numbered(texts: list[str]) -> list[dict[str, Any]]:
    """Return rows of texts."""
    return [{"row": number, "text": text} for number, text in enumerate(texts, 1)]


@given(old=ROWS, new=ROWS)
@quick
def test_patch_turns_old_rows_into_new_rows(old: list[str], new: list[str]) -> None:
    """Applying the patch and renumbering the rows after it gives the new rows."""
    patch = patch_between(numbered(old), numbered(new))
    rows = numbered(old)
    rows[patch.at : patch.at + patch.drop] = patch.rows
    assert [{**row, "row": number} for number, row in enumerate(rows, 1)] == numbered(new)
    assert [row["row"] for row in patch.rows] == list(
        range(patch.at + 1, patch.at + 1 + len(patch.rows))
    )
    if old == new:
        assert (patch.drop, patch.rows) == (0, ())


def test_patch_holds_only_changed_rows() -> None:
    """Rows that only moved are not sent again."""
    patch = patch_between(numbered(list("abcde")), numbered(list("abxycde")))
    assert (patch.at, patch.drop, [row["text"] for row in patch.rows]) == (2, 0, ["x", "y"])


def test_finding_sentence_is_translated_for_every_rule() -> None:
    """The sentence of every rule is translated and does not name the cue's number."""
    for rule in RULES:
        said = finding_sentence(
            QualityFinding(get_args(Severity)[0], rule, 7, 7, 12.5, 10.0, "Cue 7 …")
        )
        assert isinstance(said, Message)
        assert "Cue" not in said
        assert any("\u4e00" <= char <= "\u9fff" for char in said.in_language("zh"))


def cue(row: int, start: int, end: int, *lines: str) -> Cue:
    """Return a cue on frames."""
    return Cue(
        row,
        0,
        "".join(lines),
        lines,
        Span(samples_from_frame(start, 30), samples_from_frame(end, 30)),
        "measured",
    )


def test_flags_for_row_leaves_out_the_next_row() -> None:
    """Speed, uncertain time and a missing glyph of the row itself are flagged."""
    ruler = FlagCriteria(CUE_LIMITS["verbatim"], RowBreakCache(), {1: ("ad-lib",)}, frozenset("心"))
    time = RowTime(1, Span(0, samples_from_ms(900)), "measured", confidence=0.3)
    shown, following = (
        [cue(1, 0, 28, "窦房结发出的冲动心房先收缩然后")],
        [cue(2, 30, 32, "快得谁也来不及看完的一整行话")],
    )
    flags = flags_for_row(shown, following, time, ruler, 30, corrected=False)
    assert [flag["code"] for flag in flags] == ["speed", "recording-ad-lib", "unsure", "glyph"]
    known = flags_for_row(shown, following, time, ruler, 30, corrected=True)
    assert [flag["code"] for flag in known] == ["speed", "glyph"], "a person has set the time since"
    assert all(flag["sentence"]["zh"] and flag["sentence"]["en"] for flag in flags)
    assert {flag["level"] for flag in flags} <= {"error", "warning", "note"}
