"""Parts of the number expressions: patterns, the context of a match, and measure words."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.text.word_lists import load_words

MatchReader = Callable[[re.Match[str]], "str | None"]
NumberExpression = tuple[re.Pattern[str], MatchReader]
NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
RANGE_DASH = r"\s?(?:--?|[–—−~～至到])\s?"
HAN_SCALE = r"\s?(?:百(?!度|科|货|家姓|分之)|千(?!兆)|万(?!圣|能的|达广)|亿(?!联)){1,2}"
DIGITS_START = r"(?<![0-9])"
DIGITS_END = r"(?![0-9])"
NO_LATIN_BEFORE = r"(?<![A-Za-z])(?<![A-Za-z][-‐‑])"
"""Not right after a Latin name: digits there belong to the name."""

_CONTEXT_CHARACTERS = 16


def number_expression(pattern: str, reader: MatchReader) -> NumberExpression:
    """Return a compiled pattern with its reader, which returns None if a match does not fit."""
    return re.compile(pattern), reader


def text_before(match: re.Match[str]) -> str:
    """Return the few characters before a match."""
    return match.string[max(0, match.start() - _CONTEXT_CHARACTERS) : match.start()]


def is_followed_by(match: re.Match[str], pattern: re.Pattern[str]) -> bool:
    """Return whether a pattern matches right after a match."""
    return pattern.match(match.string, match.end()) is not None


_ORDINAL_BEFORE = re.compile(r"(?:第|百分之|分之)[0-9、和与至到,～~\-]*$")

_MEASURE_WORD = re.compile(
    r"\s?(?:个|位|名|种|次|门|家|件|条|张|只|台|部|本|篇|座|所|间|项|场|句|段|份|块|元|[美欧日港韩]元|英镑|毛|角|分|秒|小时|天|周|年|岁|倍|成|米|公里|千米|厘米|毫米|纳米|"
    r"微米|公斤|千克|克|吨|斤|升|毫升|亩|公顷|平方|立方|摄氏度|度|点|组|对|双|套|批|轮|局|盘|节|章|辆|架|艘|颗|粒|片|滴|杯|瓶|碗|勺|汤匙|茶匙|根|头|匹|棵|"
    r"朵|枚|支|枝|把|口|群|股|回|步|道|题|队|人|国|者|方|半|番|票|瓣|剂|例|遍|趟|顿|声|眼|大|类|站|集|页|层|刻钟|枪|脚|刀|餐|夜|晚|党|省|市|县|校|边|端|侧|派|"
    r"栋|幢|封|幅|首|袋|包|箱|盒|罐|壶|锅|盆|株|单|胜|负|平|死|伤|室|厅|卫|球|篮板|助攻|代人|行|列|英里|英尺|英寸|海里|光年|兆|赫兹|千瓦|瓦|伏|分贝|"
    r"款|户|卷|笔|磅|盎司|加仑|字|词|日元|行代码|像素|字节|比特|线程|参数|美金|人次|人份|发|则|桌|床|串|桶|丝|缕|尊|扇|堵|处|圈|节课|课时|学分|席|届|连胜|英亩|[百千万亿])"
)

_NOT_MEASURE_WORD = re.compile(
    r"\s?(?:"
    + "|".join(sorted(load_words("zh/not_measure_words"), key=lambda word: (-len(word), word)))
    + r"|点[0-9]|家人(?!.{0,1}[口])|发[^子炮]|字[体符母幕]"
    r"|处[理于在]"
    r"|则(?![新消故报])|卷[积入]|笔[记者]|席[位卷]|丝[绸毫])"
)


def is_measure_word_at(text: str, start: int) -> bool:
    """Return whether a measure word begins at `start`: before it 2 is read 两."""
    return (
        _MEASURE_WORD.match(text, start) is not None
        and _NOT_MEASURE_WORD.match(text, start) is None
    )


def is_counted_quantity(match: re.Match[str]) -> bool:
    """Return whether a number counts what follows it: 两章 does, 第二章 does not."""
    return is_measure_word_at(match.string, match.end()) and not _ORDINAL_BEFORE.search(
        text_before(match)
    )
