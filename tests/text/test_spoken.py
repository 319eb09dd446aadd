"""The spoken form as a whole: tokens, lexicon, other languages, rows with nothing to say."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Row, SpokenRow
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
def test_tokens_cover_both_texts_in_order_without_gaps(
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
def test_a_row_with_letters_or_digits_is_never_silent(
    text: str, lexicon: dict[str, str], language: str
) -> None:
    """Something is said exactly where the row has something to say, even where a lexicon silences its words."""
    spoken = said(text, lexicon, language).spoken
    if any(character.isalnum() for character in text):
        assert any(character.isalnum() for character in spoken)
    else:
        assert spoken == "" or any(
            character.isalnum() for character in spoken
        )  # × and % are read out


@settings(deadline=None)
@given(TEXTS)
def test_no_digits_and_no_unspeakable_marks_are_left_in_chinese(text: str) -> None:
    """Arabic numbers, quotes, dashes and doubled pauses are gone; a row begins with a word and does not end with a space."""
    spoken = said(
        text.replace("th", "").replace("st", "").replace("nd", "").replace("rd", "")
    ).spoken
    assert not set("0123456789《》“”（）…—·~～|@#%") & set(spoken)
    assert spoken == spoken.strip(" ")
    assert not set(spoken[:1]) & set("，、；：。！？")
    for first, second in pairwise(spoken):
        assert not (first in "，、；：。！？ " and second in "，、；：。！？ ")


def test_the_longest_token_of_the_lexicon_wins() -> None:
    """GPT-4o has its own reading though GPT-4 and GPT have one too."""
    lexicon = {"GPT": "短", "GPT-4o": "长", "GPT-4": "中"}
    assert said("GPT-4o和GPT-4和GPT", lexicon).spoken == "长和中和短"


def test_a_latin_token_matches_whole_words_only() -> None:
    """AI is not found inside OpenAI, nor 3 inside 2023年."""
    assert (
        said("OpenAI的AI在2023年", {"AI": "人工智能", "3": "错"}).spoken
        == "OpenAI的人工智能在二零二三年"
    )


def test_a_latin_token_matches_whole_words_in_every_language() -> None:
    """Nor where the text is left as it is, nor behind a digit."""
    assert said("OpenAI and AI", {"AI": "A I"}, language="en").spoken == "OpenAI and A I"
    assert said("A1B", {"B": "波"}).spoken == "A一B"


def test_a_lexicon_may_silence_a_word_but_not_a_row() -> None:
    """（笑） may be left unsaid; where nothing would be left, the row is said as it stands."""
    lexicon = {"（笑）": "", "笑": "", "哈哈": ""}
    assert said("好的（笑）", lexicon).spoken == "好的"
    assert said("哈哈（笑）", lexicon).spoken == "哈哈，笑"


def test_a_han_token_matches_anywhere() -> None:
    """A name with an unusual reading is replaced inside a sentence, and only there."""
    assert said("姓单的人很多，单位", {"姓单": "姓善"}).spoken == "姓善的人很多，单位"


def test_numbers_in_a_reading_are_read_too() -> None:
    """A lexicon may give digits: they are read like any other."""
    assert (
        said("GPT-3.5（2017）", {"GPT-3.5": "GPT 3.5", "（2017）": "，2017年"}).spoken
        == "GPT 三点五，二零一七年"
    )


def test_a_full_width_token_is_found_by_its_half_width_entry() -> None:
    """ＧＰＴ in the row is the lexicon's GPT."""
    assert said("ＧＰＴ真好", {"GPT": "模型"}).spoken == "模型真好"


def test_the_mapping_leads_from_spoken_back_to_shown() -> None:
    """百分之二十 maps back to 20%."""
    row = said("将20%的资源")
    token = next(
        token
        for token in row.tokens
        if row.spoken[token.spoken_start : token.spoken_end] == "百分之二十"
    )
    assert row.shown[token.shown_start : token.shown_end] == "20%"


def test_a_row_of_only_marks_or_pictures_is_silent() -> None:
    """Nothing is said for emoji and punctuation."""
    assert [said(text).spoken for text in ("", "……", "😀🎉", "——", "？！")] == [""] * 5


def test_other_languages_keep_their_numbers_and_lose_what_no_voice_says() -> None:
    """English is left to the voice: figures stay, quotes and pictures go."""
    assert (
        said("“It’s 20% of GPT-4o” — he said… in 2023. 😀", language="en").spoken
        == "It's 20% of GPT-4o, he said, in 2023."
    )


def test_english_ranks_are_left_to_the_voice() -> None:
    """21st stays what an English speaker reads."""
    assert said("the 21st Century").spoken == "the 21st Century"


def test_many_rows_keep_their_numbers() -> None:
    """Each row is said under its own number."""
    rows = spoken_rows([Row(number, number + 3, f"第{number}行") for number in range(1, 4)], {})
    assert [(row.row, row.spoken) for row in rows] == [(1, "第一行"), (2, "第二行"), (3, "第三行")]


def test_a_hostile_row_is_read_in_reasonable_time() -> None:
    """Long runs of digits, dashes and dots do not make the patterns crawl (the runner's time-out is the judge)."""
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
