"""The message catalogue: every key in every language, with the same values."""

from __future__ import annotations

import ast
import pickle
import re
import string
from importlib.resources import files
from pathlib import Path

import pytest

import pipeline
from pipeline.errors import InputError
from pipeline.messages import (
    ENGLISH,
    Message,
    language_of_environment,
    languages,
    message,
    message_from_json,
    message_to_json,
    templates,
)

ROOT = Path(pipeline.__file__).parent
ROOMS = sorted(
    entry.name.removesuffix(".toml")
    for entry in files("pipeline.messages").joinpath(ENGLISH).iterdir()
)
KEYS = [(room, name) for room in ROOMS for name in templates(room, ENGLISH)]
HAN = re.compile("[\u4e00-\u9fff]")
SENTENCE = re.compile(r"\W*[A-Z]\S*(?:\s+\S+){2,}[.?]\W*")
MODULES_WITH_SENTENCES = {
    "translate/prompt.py": "instructions to a language model",
    "cli/help_text.py": "patterns of the English errors of click",
}
"""Modules whose English sentences no person reads, and what these are."""
LOG_METHODS = frozenset({"debug", "info", "warning", "error", "exception"})


def fields(template: str) -> set[str]:
    """Return the names of the values that a template shows."""
    return {
        re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(template) if name
    }


@pytest.mark.parametrize("language", [code for code in languages() if code != ENGLISH])
@pytest.mark.parametrize("room", ROOMS)
def test_every_language_has_every_key_with_the_same_values(room: str, language: str) -> None:
    """A sentence that is missing in a language, or shows other values there, is a defect."""
    english, other = templates(room, ENGLISH), templates(room, language)
    assert sorted(english) == sorted(other)
    for name, entry in english.items():
        for source, translated in zip(entry, other[name], strict=True):
            assert bool(source) == bool(translated), f"{room}.{name}"
            assert fields(translated) <= fields(source), f"{room}.{name}"


def used_keys() -> dict[str, str]:
    """Return every literal key given to `message` in the package, with the place it is used."""
    keys = {}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"message", "Message"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                keys[str(node.args[0].value)] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return keys


def test_every_key_that_is_used_is_in_the_catalogue() -> None:
    """A key that is missing would end a run with a KeyError in place of a sentence."""
    known = {f"{room}.{name}" for room, name in KEYS}
    assert {key: place for key, place in used_keys().items() if key not in known} == {}


def test_every_value_that_a_sentence_shows_is_given() -> None:
    """Where `message` is called with literal names, they cover the fields of the sentence."""
    missing = {}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "message"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and all(keyword.arg for keyword in node.keywords)
            ):
                room, _, name = str(node.args[0].value).partition(".")
                wanted = set().union(*map(fields, templates(room, ENGLISH)[name]))
                given = {keyword.arg for keyword in node.keywords}
                if wanted - given:
                    missing[f"{path.relative_to(ROOT)}:{node.lineno}"] = wanted - given
    assert missing == {}


def sentences_in_code(source: str) -> list[tuple[int, str]]:
    """Return (line, text) of literals that read like an English sentence.

    Docstrings, what is logged, and regular expressions (with a backslash) are left out. Each value
    of an f-string counts as a word.
    """
    tree = ast.parse(source)
    ignored: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            ignored.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            ignored.update(map(id, node.values))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LOG_METHODS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "_LOG"
        ):
            ignored.update(id(part) for argument in node.args for part in ast.walk(argument))
    sentences = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if id(node) not in ignored and "\\" not in text and SENTENCE.fullmatch(text):
            sentences.append((node.lineno, text))
    return sentences


def test_code_holds_no_english_sentences() -> None:
    """A sentence that a person reads is in the catalogue, so that every language can show it."""
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{line}": text
        for path in ROOT.rglob("*.py")
        if path.relative_to(ROOT).as_posix() not in MODULES_WITH_SENTENCES
        for line, text in sentences_in_code(path.read_text("utf-8"))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "is_sentence"),
    [
        ('raise InputError("The file is empty.")', True),
        ('notice = f"Row {row} has {count} words."', True),
        ('ask("Do you want this?")', True),
        ('"""Return the first row."""', False),
        ('_LOG.debug("The file is empty.")', False),
        ('name = "Simplified Chinese"', False),
        ('command = "python -m pip install onnxruntime"', False),
    ],
)
def test_sentences_in_code_finds_what_a_person_reads(source: str, *, is_sentence: bool) -> None:
    """Docstrings, logs, names and commands are none."""
    assert bool(sentences_in_code(source)) == is_sentence


@pytest.mark.parametrize("room", ROOMS)
def test_chinese_sentences_are_chinese(room: str) -> None:
    """The Chinese catalogue has no English sentence; entries without letters are punctuation."""
    for name, (sentence, _) in templates(room, "zh").items():
        words = re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[^}]*\}|`[^`]*`", "", sentence))
        assert HAN.search(sentence) or len(words) <= 3, f"{room}.{name}: {sentence}"


def test_a_message_is_its_english_text() -> None:
    """Logs, `--json` and tests see a plain string."""
    made = message("errors.row", row=3)
    assert made == "row 3"
    assert made.in_language("zh") == "第 3 行"


def test_a_message_travels_as_pickle_and_json() -> None:
    """Workers and the manifest keep key and values, so that the language can still be chosen."""
    made = message("errors.row", row=3)
    for copy in (pickle.loads(pickle.dumps(made)), message_from_json(message_to_json(made))):  # noqa: S301 - our own bytes
        assert isinstance(copy, Message)
        assert copy.in_language("zh") == "第 3 行"


def test_an_unknown_language_shows_english() -> None:
    """A language without the key falls back."""
    assert message("errors.row", row=3).in_language("fr") == "row 3"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminal_speaks_the_language_of_the_locale(
    environment: dict[str, str], language: str
) -> None:
    """LC_ALL goes before LC_MESSAGES, that before LANG, as POSIX says."""
    assert language_of_environment(environment) == language


def test_an_error_names_file_and_row_in_each_language() -> None:
    """Location, problem and remedy are one line."""
    fault = InputError("Bad.", "Fix it.", where="talk.txt", row=3)
    assert str(fault) == "talk.txt, row 3: Bad. Fix it."
    assert fault.in_language("zh") == "talk.txt，第 3 行：Bad. Fix it."
