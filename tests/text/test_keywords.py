"""Key terms, in the author's words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.topics.keywords import key_terms
from pipeline.text.word_segmenter import Segmenter
from tests.text.strategies import mixed_text, quick

SHARED = Segmenter()


def test_key_terms_keeps_names_and_products_whole() -> None:
    """Words of a name are one term; no term comes again in another case or in another term."""
    rows = [
        "Sam Altman创办了OpenAI",
        "OPENAI发布了GPT-4o",
        "Sam Altman说GPT-4o很快",
        "Altman和OpenAI的人都去了",
    ]
    assert set(key_terms(rows, SHARED, 3)) == {"Sam Altman", "OpenAI", "GPT-4o"}


def test_key_terms_keeps_book_titles_and_foreign_phrases_whole() -> None:
    """A book title is one term, and so are foreign words in a row; everyday words are not."""
    rows = ["Walker写了《Why We Sleep》", "他研究gut microbiome", "还有《三体》和circadian rhythm"]
    assert set(key_terms(rows, SHARED, 6)) >= {
        "Why We Sleep",
        "gut microbiome",
        "三体",
        "circadian rhythm",
    }
    assert "gut the" not in " ".join(key_terms(["他说gut the fish", "再说gut the fish"], SHARED, 5))


def test_key_terms_keeps_words_apart_in_english_talks() -> None:
    """An English sentence is no phrase."""
    assert all(
        term.count(" ") == 0
        for term in key_terms(["yeast makes bread rise slowly", "bread needs yeast"], SHARED, 4)
    )


def test_key_terms_leaves_honorifics_out_of_names() -> None:
    """The CEO's name is the name."""
    assert "Demis Hassabis" in key_terms(
        ["DeepMind的CEO Demis Hassabis来了", "Demis Hassabis走了"], SHARED, 3
    )


def test_key_terms_joins_words_that_come_together() -> None:
    """A compound jieba does not know is found from the text itself."""
    rows = ["情感神经元是一个意外", "他们发现了情感神经元", "情感神经元的论文"]
    assert key_terms(rows, SHARED, 1) == ("情感神经元",)


def test_key_terms_leaves_general_words_out() -> None:
    """Pronouns, time, the show itself, greetings."""
    rows = [
        "大家好，欢迎收看本期节目",
        "我们今天说的事情很重要",
        "感谢大家观看本期视频",
        "我们下期再见",
    ]
    assert key_terms(rows, SHARED, 5) == ()


def test_key_terms_weighs_words_of_the_whole_talk_less() -> None:
    """With the whole talk given, a chapter's terms are what sets it apart."""
    talk = [
        "胰岛素降低血糖",
        "胰岛素是激素",
        "胰岛素很重要",
        "胰岛素和苹果",
        "苹果含有果糖",
        "苹果和胰岛素",
    ]
    assert key_terms(talk[3:], SHARED, 1) == ("胰岛素",)
    assert key_terms(talk[3:], SHARED, 1, talk=talk) == ("苹果",)


def test_key_terms_of_the_talks_are_their_subjects(talks: dict[str, tuple[str, ...]]) -> None:
    """The first five terms of each talk hold its subject."""
    subjects = {
        "medicine": "胰岛素",
        "cooking": "红烧肉",
        "history": "朱棣",
        "code": "dataclass",
        "ilya-sutskever": "OpenAI",
    }
    for name, subject in subjects.items():
        assert subject in key_terms(talks[name], SHARED, 5), name


@quick
@given(st.lists(mixed_text, min_size=1, max_size=12), st.integers(1, 6))
def test_key_terms_come_from_the_rows(rows: list[str], count: int) -> None:
    """Never more than asked for, none invented, none twice."""
    terms = key_terms(rows, SHARED, count)
    assert len(terms) <= count
    assert all(any(term in row for row in rows) for term in terms)
    assert len({term.casefold() for term in terms}) == len(terms)
