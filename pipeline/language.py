"""Language codes: which language one names, how its script is set, what containers call it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_CHINESE = frozenset(
    {
        *("zh", "zho", "chi", "cmn", "yue", "wuu", "nan", "hak", "gan", "hsn", "lzh"),
        *("cdo", "cjy", "cnp", "cpx", "csp", "czh", "czo", "mnp"),
    }
)
"""The macrolanguage `zho` with its old code and its members (ISO 639-3), as primary subtags."""

_OTHER_FULL_WIDTH = frozenset({"ja", "jpn", "ko", "kor"})

_NATIVE_NAMES = {
    "zh": "中文",
    "zh-TW": "繁體中文",
    "zh-Hant": "繁體中文",
    "yue": "粵語",
    "en": "English",
    "ja": "日本語",
    "ko": "한국어",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "ru": "Русский",
}


def is_chinese(code: str) -> bool:
    """Return whether a BCP 47 code names any Chinese: `zh`, `zh-Hans`, `cmn`, `yue` and so on."""
    return primary_subtag(code) in _CHINESE


def uses_full_width(code: str) -> bool:
    """Return whether a language is set on the full-width grid: Chinese, Japanese and Korean."""
    return is_chinese(code) or primary_subtag(code) in _OTHER_FULL_WIDTH


def base_language(code: str) -> str:
    """Return the code of a language in tables: `zh` for any Chinese, else the first subtag."""
    return "zh" if is_chinese(code) else primary_subtag(code)


def primary_subtag(code: str) -> str:
    """Return the first part of a BCP 47 code in lower case: `zh` of `zh-Hans`."""
    return code.partition("-")[0].lower()


def iso_639_2(code: str) -> str:
    """Return the three-letter code (ISO 639-2/T) of a BCP 47 code; `und` for an unknown language.

    `zh-Hans` and `cmn` give `zho`: ISO 639-2 has one code for all kinds of Chinese.
    """
    language = base_language(code)
    if len(language) == len("und"):
        return language
    return _iso_639_2_codes().get(language, "und")


def language_name(code: str) -> str:
    """Return the name that players show for a track: the language's own, else its code."""
    name = (
        _NATIVE_NAMES.get(code)
        or _NATIVE_NAMES.get(primary_subtag(code))
        or _NATIVE_NAMES.get(base_language(code))
    )
    return name or code


@cache
def _iso_639_2_codes() -> dict[str, str]:
    """Return the ISO 639-2/T code of each ISO 639-1 code."""
    lines = files("pipeline").joinpath("data", "iso_639.txt").read_text("utf-8").splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))
