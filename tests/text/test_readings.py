"""Hundreds of written forms and what a Chinese presenter says for them; nothing said is silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Row, SpokenRow
from pipeline.text.normalization.formulas import formula_notices
from pipeline.text.normalization.spoken_form import spoken_rows

TABLE = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("readings.tsv").read_text("utf-8").splitlines()
    if not line.startswith("# shown")
]
SHOWN_FORMS = [shown for shown, _ in TABLE if "http" not in shown and "](" not in shown]
SAID_SYMBOLS = "‱‰%℃°㎡㎖½²≤≥≠≈±×÷√∞∑∫∂∈∪∀π㊙㍻№"
"""Symbols that have a name of their own."""

TEXTS = st.text(
    st.sampled_from("0123456789年月日个万亿元的中国ABGPTxkmsWi.-–—,，:/%~+=℃°²½‱ ()"), max_size=24
)


def said(text: str, language: str = "zh") -> SpokenRow:
    """Return the spoken form of one row."""
    return spoken_rows([Row(1, 1, text)], {}, language)[0]


@pytest.mark.parametrize(("shown", "spoken"), TABLE)
def test_spoken_rows_read_each_written_form_as_a_presenter_does(shown: str, spoken: str) -> None:
    """The table holds what is said."""
    assert spoken == said(shown).spoken


def test_readings_are_at_least_three_hundred_different_forms() -> None:
    """No form is in the table twice."""
    forms = [shown for shown, _ in TABLE]
    assert len(forms) >= 300
    assert len(forms) == len(set(forms))


@settings(deadline=None)
@given(st.lists(st.sampled_from(SHOWN_FORMS), min_size=1, max_size=4))
def test_spoken_rows_say_each_form_wherever_it_stands(forms: list[str]) -> None:
    """Between other forms nothing of a form becomes silent."""
    row = said("；".join(forms))
    start = 0
    for form in forms:
        heard = "".join(
            row.spoken[token.spoken_start : token.spoken_end]
            for token in row.tokens
            if token.shown_start < start + len(form) and token.shown_end > start
        )
        assert any(character.isalnum() for character in heard), form
        start += len(form) + 1


@settings(deadline=None, max_examples=400)
@given(TEXTS)
def test_spoken_rows_say_every_digit_and_letter(text: str) -> None:
    """Each letter and digit is inside a part of the row for which something is said."""
    row = said(text)
    for token in row.tokens:
        shown = row.shown[token.shown_start : token.shown_end]
        if any(character.isalnum() for character in shown):
            heard = row.spoken[token.spoken_start : token.spoken_end]
            assert any(character.isalnum() for character in heard), (text, shown)


@pytest.mark.parametrize("symbol", SAID_SYMBOLS)
def test_spoken_rows_say_symbols_that_have_a_name(symbol: str) -> None:
    """A presenter says the name: 5‱ is more than five."""
    assert len(said(f"约{symbol}5左右").spoken) > len("约五左右")
    assert said(f"约5{symbol}左右").spoken != "约五左右"


@pytest.mark.parametrize(
    ("shown", "spoken"),
    [
        ("**Bold** and $n^2$", "Bold and n squared"),
        (r"so $\frac{a}{b}$ is $\sqrt{x}$", "so a over b is the square root of x"),
        ("# A head", "A head"),
        ("- an item", "an item"),
        ("> a quote", "a quote"),
        ("it rose 67.3%→89.1%", "it rose 67.3% to 89.1%"),
        ("from $5 to $10", "from $5 to $10"),
        ("see [this page](https://a.b/c)", "see this page"),
        ("$E=mc^2$ is old", "E equals mc squared is old"),
    ],
)
def test_spoken_rows_read_marks_in_english(shown: str, spoken: str) -> None:
    """Formulas and Markdown are said in English words too."""
    assert spoken == said(shown, "en").spoken


@pytest.mark.parametrize(
    ("shown", "spoken"),
    [
        (r"$\sum_{i=1}^{n} x_i$", "i等于一到n求和，x i"),
        (r"$A^T$和$A^{-1}$", "A的转置和A的负一次方"),
        (r"\(x\leq 5\)", "x小于等于五"),
        (r"$\alpha+\beta$", "阿尔法加贝塔"),
        (r"$" + r"\frac{1}{" * 25 + "2" + "}" * 25 + "$", None),
        ("$x" + "{" * 300 + "$", None),
        ("单价$5到$10，$3B起", "单价五到十美元，三十亿美元起"),
        ("从$5 and $10 total", "从五美元 and 十美元 total"),
    ],
)
def test_spoken_rows_read_formulas_in_chinese(shown: str, spoken: str | None) -> None:
    """A dollar sign is money only before an amount; deep nesting ends soon and without error."""
    heard = said(shown).spoken
    assert "美元" not in heard or "$5" in shown
    if spoken is not None:
        assert spoken == heard


def test_formula_notices_name_the_rows_with_commands() -> None:
    """The picture shows the commands as they are written: a person is told where."""
    rows = [Row(1, 1, "文字"), Row(2, 2, r"$\frac{a}{b}$"), Row(3, 3, "$n^2$")]
    assert [str(notice) for notice in formula_notices(rows)] == [
        "Rows with LaTeX commands are spoken as formulas, but shown as they are written: 2."
    ]
    assert formula_notices(rows[:1]) == ()
