"""How bad it is to break an English line between two words, in points, on the scale of grammar.py.

Sources: Netflix's English guide (after punctuation, before conjunctions and prepositions; never article and noun, adjective and noun,
first and last name, verb and subject pronoun, verb and its preposition, auxiliary and verb).
"""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ABBREVIATIONS = _set("mr. mrs. ms. dr. prof. st. jr. sr. vs. e.g. i.e. no. fig. gen. sen. rep. gov. capt. mt. approx.")
_TITLES = _set("mr mrs ms dr prof sir st mount lake")
_RANKS = _set("president ceo cto cfo coo professor doctor lord king queen pope general senator captain judge uncle aunt minister director")
_MEASURES = _set(
    """
    km m cm mm nm kg g mg lb oz l ml s ms h min hz khz mhz ghz b kb mb gb tb mbps gbps w kw mw kwh v mv a mah k °c °f mph rpm fps dpi
    px pt ppm mmol/l mg/dl km/h m/s bpm db usd rmb
    million billion trillion thousand percent
    """,
)
_DETERMINERS = _set(
    """
    a an the this that these those my your his her its our their whose each every some any no another both either neither all many
    most few several one two three four five six seven eight nine ten such what which
    """,
)
_CONJUNCTIONS = _set(
    """
    and but or nor so yet because if although though while when whenever where whereas since unless until that than whether as who
    whom which once after before
    """,
)
_PREPOSITIONS = _set(
    """
    of in on at for with to from by about into onto over under between among through during without within against toward towards
    across behind beyond around along per via despite like near off out up down upon inside outside beside except until since after
    before
    """,
)
_PRONOUNS = _set(
    """
    i you he she it we they who there here i'm you're he's she's it's we're they're i've we've you've they've i'd we'd he'd she'd
    they'd i'll we'll he'll she'll they'll it'll that's there's let's
    """,
)
_AUXILIARIES = _set(
    """
    am is are was were be been being have has had do does did will would shall should can could may might must not never isn't
    aren't wasn't weren't haven't hasn't hadn't don't doesn't didn't won't wouldn't can't couldn't shouldn't mustn't to
    """,
)
_ADVERBS = _set(
    """
    very too so more most less least quite rather really just only even almost nearly also still already always often ever then much
    far how
    """,
)
_NUMBER = re.compile(r"[$€£¥]?\d[\d,.:]*(?:st|nd|rd|th|%|s)?")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w.'’-]*")


_NAME = 90
_MODIFIER = re.compile(r".*(?:al|ive|ous|ful|ic|ent|ant|able|ible|less|ing|ary|ern|ese|ian|ish)")


def latin_cost(left: str, right: str, before: str = "") -> int:
    """Return the points of a break at the space between two words of a script with spaces, punctuation included in the words.

    `before` has the two words before `left`: in `a latent ability` the adjective belongs to the noun.
    """
    low = _plain(left)
    bare, after = low.strip(_MARKS), _bare(right)
    if _ends(left, low):
        return 0 if left.rstrip("\"'”’)]")[-1:] in ".!?…" else 2
    if low in _ABBREVIATIONS or (bare in _TITLES and _CAPITAL.match(right)) or (_NUMBER.fullmatch(left) and after in _MEASURES):
        return _NAME
    if bare in _RANKS and _CAPITAL.match(right):
        return 26
    if _CAPITAL.fullmatch(left) and (_CAPITAL.match(right) or _NUMBER.match(right)) and bare not in FUNCTION and after not in FUNCTION:
        return _NAME
    points = _after(left, bare, after) + _before(after)
    if bare not in FUNCTION and after not in FUNCTION:
        nearest = next((word for word in map(_bare, reversed(before.split())) if word in FUNCTION), "")
        points += 9 if nearest in _DETERMINERS or _MODIFIER.fullmatch(bare) else 0
    return points


def _bare(word: str) -> str:
    return _plain(word).strip(_MARKS)


_MARKS = "\"'“”‘’()[].,;:!?…"


def _plain(word: str) -> str:
    return word.replace("’", "'").lower()


def _ends(left: str, low: str) -> bool:
    tail = left.rstrip("\"'”’)]")[-1:]
    return left[-1:] in ")]”" or left.endswith(("—", "–")) or tail in set(",;:!?…") or (tail == "." and low not in _ABBREVIATIONS)


def _after(left: str, bare: str, after: str) -> int:
    if bare in _DETERMINERS:
        return 36
    if _NUMBER.fullmatch(left):
        return 8 if after in FUNCTION else 40
    for words, points in _LEANING:
        if bare in words:
            return points
    return 28 if bare.endswith(("'s", "s'")) else 14


_LEANING = ((_AUXILIARIES, 28), (_PREPOSITIONS, 30), (_CONJUNCTIONS, 28), (_PRONOUNS, 26), (_ADVERBS, 24))


def _before(after: str) -> int:
    if after == "of":
        return 2
    if after in _CONJUNCTIONS:
        return -9
    if after in _PREPOSITIONS or after == "to":
        return -6
    if after in _PRONOUNS:
        return -4
    return -2 if after in _DETERMINERS else 0


FUNCTION = _DETERMINERS | _CONJUNCTIONS | _PREPOSITIONS | _PRONOUNS | _AUXILIARIES | _ADVERBS
"""Words of the closed classes: they name nothing."""

EVERYDAY = _set(
    """
    said says say went go goes going gone came come comes made make makes making get gets got take takes took taken know knew known
    think thinks thought see sees saw seen look looks looked want wanted use used uses using find finds found give gave given gives
    tell told tells try tried ask asked need needed needs feel felt become became left call called keep kept let began begin begins
    begun seem seems help helped show showed shown hear heard hold held bring brought happen happened write wrote written stand
    stood lose lost meet met include included continue continued set led understand follow followed stop stopped speak spoke read
    allow allowed add added spend spent open opened remember consider considered appear wait stay fall fell reach reached remain
    raise pass require decide decides decided pull put puts start started turn turned finally however really actually still later
    earlier today tomorrow yesterday hello hi welcome thanks thank please well yes okay ok first second third next last new old good
    great little own other same different able early young important public bad way ways thing things people year years day days
    time times week weeks month months part parts lot lots kind something anything everything nothing someone everyone anyone hand
    place case point points like back around away never again once long big small high low right sure yet let's that's it's don't
    isn't doesn't didn't can't won't i'm i've you're we're they're he's she's there's what's bit far end ends done doing being
    having above below full whole true real clear simply simple video channel episode watching
    """,
)
"""Words of the open classes that say nothing about a subject."""
