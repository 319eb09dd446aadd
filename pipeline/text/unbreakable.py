"""Parts of a text that no line break divides: a Latin word, a number with its unit, an address.

They are found from the characters alone; Chinese words are found by `word_segmenter`.
"""

from __future__ import annotations

import re

from pipeline.text.unicode_scripts import DIGIT, EMOJI, HAN_NUMERALS, LATIN
from pipeline.text.word_lists import load_words

MEASURE_WORDS = load_words("zh/measure_words")
"""Units and measure words that belong to the number before them."""

_UNIT_PATTERN = "|".join(sorted(MEASURE_WORDS, key=lambda unit: (-len(unit), unit)))
_EMOJI_MODIFIERS = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_WORD_CHARACTERS = f"{LATIN}{DIGIT}\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209c"
_DIGITS = rf"[{DIGIT}\u00bc-\u00be]+"
_DASH = "[-–—~～〜至到]"

_NUMBER = (
    rf"[+\-−±]?[$€£¥￥]?{_DIGITS}(?:[.,:/×+、]{_DIGITS})*"  # 3,087.53  4×100  90+3  2、3
    rf"(?:[%％]?{_DASH}[+\-−]?{_DIGITS}(?:[.,]{_DIGITS})*)?"  # 2到3  20%-30%
)

_MEASURE_PATTERN = (
    rf"[多余来几+＋]?(?:[十百千万亿兆]+[多余]?(?:{_UNIT_PATTERN})?|(?:{_UNIT_PATTERN}))"
    rf"(?:/(?:{_UNIT_PATTERN}))?"
)
_WORD_PREFIX = (
    rf"(?:(?<![{_WORD_CHARACTERS}])"
    rf"(?:[@#$€£¥￥~+−±]|\.(?=[A-Z])|-{{1,2}}(?=[{_WORD_CHARACTERS}])))?"
)
_WORD_JOINT = rf"(?:[-‐‑'’._&/+@~–—×^·<>≤≥≈=]|::|%?[-–—~～〜]|(?<=[{DIGIT}])[,:](?=[{DIGIT}]))"
_WORD_SUFFIX = r"(?:\(\)|[+#]{1,2}(?![A-Za-z])|[%％‰°℃℉]+C?|['’](?=s?\b))?"

UNBREAKABLE_SPAN = re.compile(
    "|".join(
        (
            r"(?:https?|ftp)://[!-~]*[A-Za-z0-9/_=&#-]",
            r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
            r"[\U0001F1E6-\U0001F1FF]{2}",
            r"[#*0-9]\ufe0f?\u20e3",
            rf"[{EMOJI}]{_EMOJI_MODIFIERS}(?:\u200d[{EMOJI}]{_EMOJI_MODIFIERS})*",
            # 2023年3月14日, 20亿美元, 第3版, 2到3门, 3.5%: a run of numbers, each with its unit
            rf"第?{_NUMBER}(?![{LATIN}]){_MEASURE_PATTERN}(?:[-–—~～]{{0,2}}{_NUMBER}(?![{LATIN}]){_MEASURE_PATTERN})*(?:{_NUMBER}(?![{_WORD_CHARACTERS}%])(?!{_MEASURE_PATTERN}))?",
            rf"第[{DIGIT}]+",
            # 二十克, 百分之三十: at least two numerals, because one is often part of a word
            rf"百分之[{HAN_NUMERALS}]{{1,20}}(?:点[{HAN_NUMERALS}]{{1,20}})?|[第数好]?[{HAN_NUMERALS}]{{2,20}}[多余]?(?:{_UNIT_PATTERN})",
            # T恤, A股, 维生素C: words half in Latin letters
            r"T恤|[ABH]股|B超|X光|K[歌线]|U盘|4S店|AA制|卡拉OK|维生素[A-K][0-9]*|[ABO]{1,2}型血|双1[12]|[0-9]0后",
            # GPT-4o, DNNresearch, 24/7, C++, .NET, don't, AT&T, $20, 50%, --help, std::move(), 5℃
            rf"{_WORD_PREFIX}[{_WORD_CHARACTERS}_]+(?:{_WORD_JOINT}[{_WORD_CHARACTERS}_]+)*{_WORD_SUFFIX}",
            r"(?:~|\.{1,2})?(?:/[\w.-]+)+",
        ),
    ),
)
"""Matches the next such part; between two are Chinese, punctuation and spaces."""
