"""Hostile projects: settings, transcripts, names, and things that are not files."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = "大家好\n今天我们聊面包\n谢谢\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@dataclass(frozen=True, slots=True)
class Case:
    """A project to write, and what the error must contain ("": the build must succeed)."""

    title: str
    sentence: str = ""
    settings: str = ""
    text: str | bytes = ROWS
    name: str = "talk"
    files: dict[str, bytes] = field(default_factory=dict)
    more: Callable[[Path], object] = lambda _: None
    upto: str = "subtitle"

    def put(self, folder: Path) -> Path:
        """Write it, and return the transcript's path."""
        texts = folder / "transcript"
        texts.mkdir(parents=True)
        path = texts / f"{self.name}.txt"
        path.write_bytes(
            self.text.encode("utf-8", "surrogatepass") if isinstance(self.text, str) else self.text
        )
        if self.settings:
            path.with_suffix(".toml").write_bytes(self.settings.encode("utf-8", "surrogatepass"))
        for name, body in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(body)
        self.more(folder)
        return path


def _out(folder: Path) -> None:
    """Put in a slide that is a way out of the assets."""
    (folder.parent / "secret.png").write_bytes(PNG)
    (folder / "assets/talk").mkdir(parents=True)
    (folder / "assets/talk/01.png").symlink_to(folder.parent / "secret.png")


def _pipe(folder: Path) -> None:
    (folder / "assets/talk").mkdir(parents=True)
    os.mkfifo(folder / "assets/talk/01.png")


def _pipe_settings(folder: Path) -> None:
    os.mkfifo(folder / "transcript/talk.toml")


_DEEP = "x = " + "[" * 5000 + "]" * 5000
_NUMBERS = (
    "1" + "0" * 400,
    "-1",
    "0",
    "1e308",
    "nan",
    "inf",
    "9223372036854775808",
    "true",
    "'30'",
    "[]",
    "{}",
)
_PLACES = (
    "../../etc/passwd",
    "/etc/passwd",
    "..\\\\..\\\\x.png",
    "a/../../../x.png",
    "",
    ".",
    "x" * 300 + ".png",
    "a\\u0000b.png",
)

SETTINGS = [
    *(
        Case(f"unknown key {key}", "no setting", f"{key} = 1")
        for key in ("tittle", "voice.nmae", "picture.wdith", "sound.x.y", '"__class__"')
    ),
    *(Case(f"fps is {value}", "picture.fps", f"[picture]\nfps = {value}") for value in _NUMBERS),
    *(
        Case(f"width is {value}", "picture.width", f"[picture]\nwidth = {value}")
        for value in _NUMBERS
    ),
    *(
        Case(f"loudness is {value}", "sound.loudness", f"[sound]\nloudness = {value}")
        for value in _NUMBERS
        if value not in {"-1", "0"}
    ),
    *(
        Case(f"pause is {value}", "pauses.sentence", f"[pauses]\nsentence = {value}")
        for value in _NUMBERS
        if value != "0"
    ),
    *(
        Case(f"rate is {value}", "voice.rate", f"[voice]\nrate = {value}")
        for value in _NUMBERS
        if value not in {"-1", "0"}
    ),
    *(
        Case(f"chapter at row {value}", "row", f"[[chapter]]\nrow = {value}\ntitle = 'x'")
        for value in _NUMBERS
    ),
    *(
        Case(
            f"slide {place[:20]!r}", "talk", f'[[slide]]\nrow = 1\nfile = "{place}"', upto="slides"
        )
        for place in _PLACES
    ),
    *(
        Case(
            f"logo {place[:20]!r}",
            "theme.toml",
            files={"assets/theme.toml": f'[look]\nlogo = "{place}"'.encode()},
            upto="slides",
        )
        for place in _PLACES
    ),
    Case("nested five thousand deep", "talk.toml", _DEEP),
    Case("a key twice", "talk.toml", "title = 'a'\ntitle = 'b'"),
    Case("two megabytes", "talk.toml", "# " + "x" * 2_000_000),
    Case("bytes that are no UTF-8: a guess, and told", "", "title = '\ud800'"),
    Case("a title of a megabyte", "talk.toml", f"title = '{'长' * 400_000}'"),
    Case(
        "a voice that is markup",
        "not the name of an edge voice",
        '[voice]\nengine = "edge"\nname = "x\'/><break/>"',
        upto="narrate",
    ),
    Case(
        "a voice that is a path",
        "voice",
        '[voice]\nengine = "espeak"\nname = "../../etc/passwd"',
        upto="narrate",
    ),
    Case("an accent that is markup", "accent", "[style]\naccent = '<script>'"),
    Case("an engine that is a module", "engine", "[voice]\nengine = 'os.system'"),
    Case("a language that is a path", "language", "language = '../x'"),
    Case("formats that are not", "formats", "[sound]\nformats = ['exe']"),
    Case(
        "a title of control characters",
        "",
        'title = "\\u0000\\u001b[31m\\u202e\\n[CHAPTER]\\n=;#\\\\"',
    ),
    Case(
        "a description of everything ffmpeg reads", "", 'description = "[CHAPTER]\\nSTART=0;#\\\\"'
    ),
    Case(
        "pronunciation that is markup",
        "",
        "[pronunciation]\n'面包' = '<break time=\"9s\"/>&amp;\"'",
    ),
    Case("pronunciation that is a pattern", "", "[pronunciation]\n'(a+)+$' = '.*'\n'[' = '\\\\1'"),
    Case("settings that are a pipe", more=_pipe_settings),
]

TRANSCRIPTS = [
    Case("nothing", "talk.txt", text=b""),
    Case("blank lines only", "talk.txt", text="\n \n\u3000\n\ufeff\n"),
    Case("directives only", "talk.txt", text="@chapter a\n@pause 1\n"),
    Case("NUL bytes", "talk.txt", text=b"\0\0\0c\0" * 50),
    Case("every byte", "talk.txt", text=bytes(range(256)) * 9),
    Case("a picture", "talk.txt", text=PNG * 50),
    Case("a zip", "talk.txt", text=b"PK\x03\x04" + bytes(range(256)) * 40),
    *(
        Case(f"a pause of {value}", "talk.txt: Line 1", text=f"@pause {value}\n一行\n")
        for value in ("nan", "inf", "-1", "1e308", "9" * 400, "x", "")
    ),
    *(
        Case(f"a slide at {place[:20]!r}", "talk", text=f"@slide {place}\n一行\n", upto="slides")
        for place in _PLACES
        if place and "\\" not in place
    ),
    Case(
        "a row voice that is markup",
        "Line 1",
        text="@voice x'/><break/>\n一行\n",
        settings='[voice]\nengine = "espeak"',
        upto="narrate",
    ),
    Case("a directive nobody knows", "talk.txt: Line 1", text="@rm -rf /\n一行\n"),
    Case("one row of a hundred thousand characters", "the limit is 10,000", text="面包" * 50_000),
    Case("one row of ten thousand letters", "", text="a" * 10_000),
    Case("ten thousand rows", "", text="".join(f"第{n}行\n" for n in range(10_000))),
    Case("rows of digits", "", text="\n".join("9" * n for n in range(1, 200, 7))),
    Case("rows of marks only", "", text="。，！？\n……\n——\n（）\n"),
    Case(
        "subtitle syntax in rows",
        "",
        text="1\n00:00:01,000 --> 00:00:02,000\nWEBVTT\n\nNOTE x\nDialogue: 0,0:00:00.00\n",
    ),
    Case(
        "markup in rows", "", text="<script>alert(1)</script>\n{\\an8}顶\n<b>粗</b>&amp;\n\\N\\h\n"
    ),
    Case("escapes in rows", "", text="\x1b[31m红\x1b[0m\n\x07\n\x9b1m\n一行\n"),
    Case("bidi and zero width", "", text="\u202e反\u202c\n\u200b\u200d零\u2060\n\u2066a\u2069\n"),
    Case("combining marks without end", "", text="e" + "\u0301" * 3000 + "\n一行\n"),
    Case("private and unassigned characters", "", text="\ue000\U0010fffd\n\U000e0001\n一行\n"),
    Case("not characters", "", text="\ufffe\uffff一行\n二行\n"),
    Case("half a surrogate", "talk.txt", text="\ud83d一行\n二行\n"),
    Case("shell in rows", "", text="$(touch /tmp/pwned)\n`id`\n; rm -rf /\n| cat\n%s%n\n"),
    Case("every kind of line end", "", text="a\rb\r\nc\nd\x0be\x0cf\u2028g\u2029h\u0085i\n一行"),
    Case(
        "a translation a row short", "talk.en.txt", files={"transcript/talk.en.txt": b"one\ntwo\n"}
    ),
    Case(
        "a translation that is binary",
        "talk.en.txt",
        files={"transcript/talk.en.txt": bytes(range(256))},
    ),
    Case("a lexicon that is not TOML", "lexicon.toml", files={"transcript/lexicon.toml": b"= ="}),
    Case(
        "a lexicon nested deep", "lexicon.toml", files={"transcript/lexicon.toml": _DEEP.encode()}
    ),
    Case(
        "a theme that is not TOML", "theme.toml", files={"assets/theme.toml": b"= ="}, upto="slides"
    ),
]

NAMES = [
    *(
        Case(f"named {name!r}", name=name)
        for name in (
            "-rf",
            "--help",
            "a:b",
            "a'b",
            'a"b',
            "a b",
            "%d%s",
            "a\nb",
            "a;id",
            "$(id)",
            "面包",
            "a..b",
            "[x]",
            "a=b",
            "~",
            "#",
            "con",
            "a\\b",
        )
    ),
    Case("named of 255 bytes", "shorter", name="n" * 251),
    Case("named of 84 Han characters", "shorter", name="名" * 83),
    Case("named by a dot", "dot", name=".talk"),
    Case("a slide that is a way out", "assets", upto="slides", more=_out),
    Case("a slide that is a pipe", "01.png", upto="slides", more=_pipe),
    Case("assets that are a file", "", files={"assets/talk": b"x"}, upto="slides"),
    Case("an output folder that is a file", "output", files={"output": b"x"}),
    Case("slides of no bytes", "01.png", files={"assets/talk/01.png": b""}, upto="slides"),
]

PROJECTS = [*SETTINGS, *TRANSCRIPTS, *NAMES]
