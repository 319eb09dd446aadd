"""The spoken form as a whole: tokens, lexicon, other languages, rows with nothing to say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import PinyinReading, Row, SpokenRow
from pipeline.text.normalization.spoken_form import spoken_rows

ATOMS = st.sampled_from(
    [
        *"我们的模型，。、：；！？《》“”（）…—·-~～/+=@#%.: ",
        *[
            "2005年",
            "20%",
            "3-5",
            "GPT-4o",
            "24/7",
            "$3.5 million",
            "1,000",
            "OpenAI",
            "don’t",
            "😀",
            "\u200d",
            "１２",
            "²",
            "½",
            "Ⅱ",
            "①",
            "http://a.b/1",
        ],
        *[
            "A.",
            "x86",
            "12:30",
            "0",
            "00",
            "9" * 20,
            "-5℃",
            "第2",
            "2个",
            "B2B",
            "C++",
            "É",
            "ß",
            "я",
            "に",
            "한",
        ],
    ]
)
TEXTS = st.lists(ATOMS, max_size=12).map("".join) | st.text(max_size=40)
LEXICONS = st.dictionaries(
    st.sampled_from(["GPT-4o", "模型", "，", "2", "OpenAI", "我们", "（"]),
    st.sampled_from(["", "X Y", "，二", "3.5", "模"]),
)


def said(text: str, lexicon: dict[str, str] | None = None, language: str = "zh") -> SpokenRow:
    """Return the spoken form of one row."""
    return spoken_rows([Row(1, 1, text)], lexicon or {}, language)[0]


@settings(deadline=None)
@given(TEXTS, LEXICONS, st.sampled_from(["zh", "zh-Hans", "en", "fr"]))
def test_spoken_rows_have_tokens_that_cover_both_texts_without_gaps(
    text: str, lexicon: dict[str, str], language: str
) -> None:
    """Joining the tokens' slices gives the shown and the spoken text back."""
    row = said(text, lexicon, language)
    shown = spoken = 0
    for token in row.tokens:
        assert (shown, spoken) == (token.shown_start, token.spoken_start)
        assert token.shown_end > token.shown_start
        assert token.spoken_end >= token.spoken_start
        shown, spoken = token.shown_end, token.spoken_end
    assert (len(text), len(row.spoken)) == (shown, spoken)
    assert text == row.shown


@settings(deadline=None)
@given(TEXTS, LEXICONS, st.sampled_from(["zh", "en"]))
def test_spoken_rows_are_silent_only_without_letters_and_digits(
    text: str, lexicon: dict[str, str], language: str
) -> None:
    """A row with letters is said even if a lexicon silences each of its words."""
    spoken = said(text, lexicon, language).spoken
    if any(character.isalnum() for character in text):
        assert any(character.isalnum() for character in spoken)
    else:
        assert spoken == "" or any(
            character.isalnum() for character in spoken
        )  # × and % are read out


@settings(deadline=None)
@given(TEXTS)
def test_spoken_rows_have_no_digits_and_unspeakable_symbols_in_chinese(text: str) -> None:
    """Digits, quotes, dashes and doubled pauses are gone; no row begins or ends with a space."""
    spoken = said(
        text.replace("th", "").replace("st", "").replace("nd", "").replace("rd", "")
    ).spoken
    assert not set("0123456789《》“”（）…—·~～|@#%") & set(spoken)
    assert spoken == spoken.strip(" ")
    assert not set(spoken[:1]) & set("，、；：。！？")
    for first, second in pairwise(spoken):
        assert not (first in "，、；：。！？ " and second in "，、；：。！？ ")


def test_lexicon_prefers_the_longest_token() -> None:
    """GPT-4o has its own reading though GPT-4 and GPT have one too."""
    lexicon = {"GPT": "短", "GPT-4o": "长", "GPT-4": "中"}
    assert said("GPT-4o和GPT-4和GPT", lexicon).spoken == "长和中和短"


def test_lexicon_matches_latin_tokens_as_whole_words() -> None:
    """AI is not found inside OpenAI, nor 3 inside 2023年."""
    assert (
        said("OpenAI的AI在2023年", {"AI": "人工智能", "3": "错"}).spoken
        == "OpenAI的人工智能在二零二三年"
    )


def test_lexicon_matches_latin_tokens_as_whole_words_in_every_language() -> None:
    """Nor where the text is left as it is, nor behind a digit."""
    assert said("OpenAI and AI", {"AI": "A I"}, language="en").spoken == "OpenAI and A I"
    assert said("A1B", {"B": "波"}).spoken == "A一B"


def test_lexicon_may_silence_a_word_but_not_a_row() -> None:
    """（笑） may be left unsaid; where nothing would be left, the row is said as it stands."""
    lexicon = {"（笑）": "", "笑": "", "哈哈": ""}
    assert said("好的（笑）", lexicon).spoken == "好的"
    assert said("哈哈（笑）", lexicon).spoken == "哈哈，笑"


def test_lexicon_matches_han_tokens_anywhere() -> None:
    """A name with an unusual reading is replaced inside a sentence, and only there."""
    assert said("姓单的人很多，单位", {"姓单": "姓善"}).spoken == "姓善的人很多，单位"


@pytest.mark.parametrize(
    ("shown", "spoken"),
    [
        ("双重庆祝活动", "双重庆祝活动"),
        ("我在重庆", "我在虫庆"),
        ("重庆市的重庆人", "虫庆市的虫庆人"),
        ("单老师在单位", "善老师在单位"),
        ("穿和服的和服务员", "穿赫服的和服务员"),
        ("银行长期亏损", "银行长期亏损"),
        ("副行长说", "副航掌说"),
        ("校长大会上他长大了", "校长大会上他掌大了"),
    ],
)
def test_lexicon_respects_words(shown: str, spoken: str) -> None:
    """An entry is a word or the end of one; it cuts no word in two."""
    lexicon = {"重庆": "虫庆", "单": "善", "和服": "赫服", "行长": "航掌", "长大": "掌大"}
    assert spoken == said(shown, lexicon).spoken


def test_lexicon_pinyin_goes_into_the_readings() -> None:
    """The characters stay for every engine; the syllables say how they sound."""
    row = said("在2家银行当行长", {"行长": "háng zhǎng"})
    assert row.spoken == "在两家银行当行长"
    assert row.readings == (PinyinReading(6, 8, ("hang2", "zhang3")),)


def test_lexicon_pinyin_respects_words() -> None:
    """No reading of 银行长期 is changed, nor of 音乐 by one for 乐."""
    lexicon = {"行长": "háng zhǎng", "乐": "yuè"}
    assert said("银行长期音乐", lexicon).readings == ()
    assert said("乐老师", lexicon).readings == (PinyinReading(0, 1, ("yue4",)),)


def test_lexicon_readings_are_normalized_too() -> None:
    """A lexicon may give digits: they are read like any other."""
    assert (
        said("GPT-3.5（2017）", {"GPT-3.5": "GPT 3.5", "（2017）": "，2017年"}).spoken
        == "GPT 三点五，二零一七年"
    )


def test_lexicon_finds_full_width_tokens_by_half_width_entries() -> None:
    """ＧＰＴ in the row is the lexicon's GPT."""
    assert said("ＧＰＴ真好", {"GPT": "模型"}).spoken == "模型真好"


def test_tokens_map_spoken_text_back_to_shown_text() -> None:
    """百分之二十 maps back to 20%."""
    row = said("将20%的资源")
    token = next(
        token
        for token in row.tokens
        if row.spoken[token.spoken_start : token.spoken_end] == "百分之二十"
    )
    assert row.shown[token.shown_start : token.shown_end] == "20%"


def test_spoken_rows_are_silent_for_punctuation_and_emoji() -> None:
    """Nothing is said for emoji and punctuation."""
    assert [said(text).spoken for text in ("", "……", "😀🎉", "——", "？！")] == [""] * 5


def test_spoken_rows_keep_numbers_in_other_languages() -> None:
    """English is left to the voice: figures stay, quotes and pictures go."""
    assert (
        said("“It’s 20% of GPT-4o” — he said… in 2023. 😀", language="en").spoken
        == "It's 20% of GPT-4o, he said, in 2023."
    )


def test_spoken_rows_keep_english_ordinals() -> None:
    """21st stays what an English speaker reads."""
    assert said("the 21st Century").spoken == "the 21st Century"


def test_spoken_rows_keep_row_numbers() -> None:
    """Each row is said under its own number."""
    rows = spoken_rows([Row(number, number + 3, f"第{number}行") for number in range(1, 4)], {})
    assert [(row.row, row.spoken) for row in rows] == [(1, "第一行"), (2, "第二行"), (3, "第三行")]


def test_spoken_rows_take_linear_time_on_hostile_rows() -> None:
    """Long runs of digits, dashes and dots stay fast; the time-out of the runner checks it."""
    for text in (
        "9" * 5_000,
        "1-" * 3_000,
        "1." * 3_000,
        "1:" * 3_000,
        "$1" * 3_000,
        "1,000," * 1_000,
        "a1" * 3_000,
        "（" * 3_000,
        " " * 5_000 + "x",
    ):
        spoken = said(text).spoken
        assert bool(spoken) == any(character.isalnum() for character in text)
