"""How bad it is to break an English line between two words, in points, on the scale of grammar.py.

Sources: Netflix's English guide (after punctuation, before conjunctions and prepositions; never article and noun, adjective and noun,
first and last name, verb and subject pronoun, verb and its preposition, auxiliary and verb).
"""

from __future__ import annotations

import re


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text separated by blanks."""
    return frozenset(words.split())


_ABBREVIATIONS = word_set(
    "mr. mrs. ms. dr. prof. st. jr. sr. vs. e.g. i.e. no. fig. gen. sen. rep. gov. capt. mt. approx."
)

_TITLES = word_set("mr mrs ms dr prof sir st mount lake")

_RANKS = word_set(
    "president ceo cto cfo coo professor doctor lord king queen pope general senator captain judge uncle aunt minister director"
)

_MEASURES = word_set(
    """
    km m cm mm nm kg g mg lb oz l ml s ms h min hz khz mhz ghz b kb mb gb tb mbps gbps w kw mw kwh v mv a mah k °c °f mph rpm fps dpi
    px pt ppm mmol/l mg/dl km/h m/s bpm db usd rmb
    million billion trillion thousand percent
    """,
)

_DETERMINERS = word_set(
    """
    a an the this that these those my your his her its our their whose each every some any no another both either neither all many
    most few several one two three four five six seven eight nine ten such what which
    """,
)

_CONJUNCTIONS = word_set(
    """
    and but or nor so yet because if although though while when whenever where whereas since unless until that than whether as who
    whom which once after before
    """,
)

_PREPOSITIONS = word_set(
    """
    of in on at for with to from by about into onto over under between among through during without within against toward towards
    across behind beyond around along per via despite like near off out up down upon inside outside beside except until since after
    before
    """,
)

_PRONOUNS = word_set(
    """
    i you he she it we they who there here i'm you're he's she's it's we're they're i've we've you've they've i'd we'd he'd she'd
    they'd i'll we'll he'll she'll they'll it'll that's there's let's
    """,
)

_AUXILIARIES = word_set(
    """
    am is are was were be been being have has had do does did will would shall should can could may might must not never isn't
    aren't wasn't weren't haven't hasn't hadn't don't doesn't didn't won't wouldn't can't couldn't shouldn't mustn't to
    """,
)

_ADVERBS = word_set(
    """
    very too so more most less least quite rather really just only even almost nearly also still already always often ever then much
    far how
    """,
)

_NUMBER = re.compile(r"[$€£¥]?\d[\d,.:]*(?:st|nd|rd|th|%|s)?")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w.'’-]*")
_NAME_PENALTY = 90
_ADJECTIVE = re.compile(r".*(?:al|ive|ous|ful|ic|ent|ant|able|ible|less|ing|ary|ern|ese|ian|ish)")


def latin_break_penalty(left: str, right: str, text_before: str = "") -> int:
    """Return the points of a break at the space between two words of a script with spaces, punctuation included in the words.

    `before` has the two words before `left`: in `a latent ability` the adjective belongs to the noun.
    """
    lowercase = _lowercase(left)
    left_word, right_word = lowercase.strip(_PUNCTUATION), _bare_word(right)
    if _ends_clause(left, lowercase):
        return 0 if left.rstrip("\"'”’)]")[-1:] in ".!?…" else 2
    if (
        lowercase in _ABBREVIATIONS
        or (left_word in _TITLES and _CAPITAL.match(right))
        or (_NUMBER.fullmatch(left) and right_word in _MEASURES)
    ):
        return _NAME_PENALTY
    if left_word in _RANKS and _CAPITAL.match(right):
        return 26
    if (
        _CAPITAL.fullmatch(left)
        and (_CAPITAL.match(right) or _NUMBER.match(right))
        and left_word not in FUNCTION_WORDS
        and right_word not in FUNCTION_WORDS
    ):
        return _NAME_PENALTY
    penalty = _penalty_after(left, left_word, right_word) + _penalty_before(right_word)
    if left_word not in FUNCTION_WORDS and right_word not in FUNCTION_WORDS:
        nearest = next(
            (
                word
                for word in map(_bare_word, reversed(text_before.split()))
                if word in FUNCTION_WORDS
            ),
            "",
        )
        penalty += 9 if nearest in _DETERMINERS or _ADJECTIVE.fullmatch(left_word) else 0
    return penalty


def _bare_word(word: str) -> str:
    return _lowercase(word).strip(_PUNCTUATION)


_PUNCTUATION = "\"'“”‘’()[].,;:!?…"


def _lowercase(word: str) -> str:
    return word.replace("’", "'").lower()


def _ends_clause(left: str, lowercase: str) -> bool:
    tail = left.rstrip("\"'”’)]")[-1:]
    return (
        left[-1:] in ")]”"
        or left.endswith(("—", "–"))
        or tail in set(",;:!?…")
        or (tail == "." and lowercase not in _ABBREVIATIONS)
    )


def _penalty_after(left: str, left_word: str, right_word: str) -> int:
    if left_word in _DETERMINERS:
        return 36
    if _NUMBER.fullmatch(left):
        return 8 if right_word in FUNCTION_WORDS else 40
    for words, points in _PENALTIES_AFTER:
        if left_word in words:
            return points
    return 28 if left_word.endswith(("'s", "s'")) else 14


_PENALTIES_AFTER = (
    (_AUXILIARIES, 28),
    (_PREPOSITIONS, 30),
    (_CONJUNCTIONS, 28),
    (_PRONOUNS, 26),
    (_ADVERBS, 24),
)


def _penalty_before(right_word: str) -> int:
    if right_word == "of":
        return 2
    if right_word in _CONJUNCTIONS:
        return -9
    if right_word in _PREPOSITIONS or right_word == "to":
        return -6
    if right_word in _PRONOUNS:
        return -4
    return -2 if right_word in _DETERMINERS else 0


FUNCTION_WORDS = _DETERMINERS | _CONJUNCTIONS | _PREPOSITIONS | _PRONOUNS | _AUXILIARIES | _ADVERBS
"""Words of the closed classes: they name nothing."""
