r"""LaTeX formulas as a presenter says them: $n^2$ is n平方, \frac{a}{b} is b分之a."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.text.normalization.cardinals import decimal_reading
from pipeline.text.normalization.english_formulas import read_formula_in_english
from pipeline.text.unicode_scripts import HAN, has_han

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.messages import Message
    from pipeline.model import Row

_MAX_FORMULA_CHARACTERS = 400
_MAX_DEPTH = 12
_MAX_ROWS_NAMED = 10

_MATH_SPAN = re.compile(
    rf"\$\$(?P<display>[^$\n]{{1,{_MAX_FORMULA_CHARACTERS}}})\$\$"
    rf"|(?<![A-Za-z\\])\$(?P<inline>[^$\s](?:[^$\n]{{0,{_MAX_FORMULA_CHARACTERS}}}[^$\s])?)\$(?![0-9])"
    rf"|\\\((?P<round>.{{1,{_MAX_FORMULA_CHARACTERS}}}?)\\\)|\\\[(?P<square>.{{1,{_MAX_FORMULA_CHARACTERS}}}?)\\\]"
)
_SURE_SIGNS = re.compile(r"[\\^_={}]")
_VARIABLE = re.compile(
    r"[0-9]*[A-Za-zα-ωΑ-Ω]'?(?:\s*[-+*/<>,()|]?\s*(?:[0-9]*[A-Za-zα-ωΑ-Ω]|[0-9]+)'?[()|]*)*"
)
_WORDS = re.compile(r"[A-Za-z]{3,}")
_NUMBER_ALONE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_COMMAND = re.compile(
    r"\\(?:frac|dfrac|tfrac|sqrt|sum|int|prod|lim|alpha|beta|gamma|theta|lambda|mu|pi|sigma|omega|infty|cdot|times|leq?|geq?|neq?|approx|partial|nabla|mathbb|mathbf|mathrm|text|vec|hat|bar|log|ln|sin|cos|tan|in|to|pm)(?![A-Za-z])"
)
_SYMBOL = re.compile(r"\\[A-Za-z]+\*?|\\.|[0-9]+(?:\.[0-9]+)?|[A-Za-z]|\s+|.", re.DOTALL)
_BARE_FORMULA = re.compile(rf"\\[A-Za-z]+[^{HAN}，。；：！？、$]*")

_NAMES = {
    # Greek letters: the names that symbols.py says
    "alpha": "阿尔法",
    "beta": "贝塔",
    "gamma": "伽马",
    "delta": "德尔塔",
    "epsilon": "艾普西隆",
    "varepsilon": "艾普西隆",
    "zeta": "泽塔",
    "eta": "伊塔",
    "theta": "西塔",
    "iota": "约塔",
    "kappa": "卡帕",
    "lambda": "兰姆达",
    "mu": "缪",
    "nu": "纽",
    "xi": "克西",
    "pi": "派",
    "rho": "柔",
    "sigma": "西格玛",
    "tau": "陶",
    "phi": "斐",
    "varphi": "斐",
    "chi": "卡伊",
    "psi": "普赛",
    "omega": "欧米伽",
    "Gamma": "伽马",
    "Delta": "德尔塔",
    "Theta": "西塔",
    "Lambda": "兰姆达",
    "Pi": "派",
    "Sigma": "西格玛",
    "Phi": "斐",
    "Psi": "普赛",
    "Omega": "欧米伽",
    "times": "乘",
    "cdot": "乘",
    "ast": "乘",
    "div": "除以",
    "pm": "正负",
    "mp": "负正",
    "le": "小于等于",
    "leq": "小于等于",
    "ge": "大于等于",
    "geq": "大于等于",
    "ne": "不等于",
    "neq": "不等于",
    "lt": "小于",
    "gt": "大于",
    "ll": "远小于",
    "gg": "远大于",
    "approx": "约等于",
    "sim": "服从",
    "equiv": "恒等于",
    "propto": "正比于",
    "infty": "无穷大",
    "in": "属于",
    "notin": "不属于",
    "subset": "包含于",
    "subseteq": "包含于",
    "cup": "并",
    "cap": "交",
    "forall": "任意",
    "exists": "存在",
    "to": "趋于",
    "rightarrow": "趋于",
    "mapsto": "映射到",
    "Rightarrow": "推出",
    "implies": "推出",
    "Leftrightarrow": "等价于",
    "iff": "等价于",
    "partial": "偏",
    "nabla": "纳布拉",
    "therefore": "所以",
    "because": "因为",
    "angle": "角",
    "perp": "垂直于",
    "parallel": "平行于",
    "triangle": "三角形",
    "degree": "度",
    "circ": "度",
    "ldots": "，",
    "cdots": "，",
    "dots": "，",
    "vdots": "，",
    "emptyset": "空集",
    "varnothing": "空集",
    "prime": "撇",
    "percent": "百分之",
    "%": "百分号",
    "neg": "非",
    "land": "与",
    "lor": "或",
    "oplus": "异或",
    "otimes": "张量积",
    "dagger": "共轭转置",
    "top": "转置",
    "mid": "，",
}
"""Names that are said in Chinese; other commands are said as they are written: log, softmax."""

_SIGNS = {
    "+": "加",
    "-": "减",
    "−": "减",
    "=": "等于",
    "<": "小于",
    ">": "大于",
    "/": "除以",
    "*": "乘",
    "'": "撇",
    "≤": "小于等于",
    "≥": "大于等于",
    "≠": "不等于",
    "≈": "约等于",
    "×": "乘",
    "÷": "除以",
    "±": "正负",
    "∞": "无穷大",
    ",": "，",
    "，": "，",
    "、": "、",
    ":": "：",
    "!": "的阶乘",
    "∈": "属于",
    "→": "趋于",
    "∑": "求和",
    "∫": "积分",
    "√": "根号",
    "·": "乘",
}
_LARGE_OPERATORS = {
    "sum": "求和",
    "prod": "连乘",
    "int": "积分",
    "iint": "二重积分",
    "oint": "环路积分",
}
_LIMITS = {
    "lim": "的极限",
    "max": "的最大值",
    "min": "的最小值",
    "argmax": "的argmax",
    "argmin": "的argmin",
}
_ACCENTS = {"hat": " hat", "bar": " bar", "tilde": " tilde", "dot": " dot", "overline": " bar"}
_TEXT_COMMANDS = frozenset(
    {
        "text",
        "mathrm",
        "mathbf",
        "mathbb",
        "mathcal",
        "mathit",
        "mathsf",
        "operatorname",
        "boldsymbol",
        "bm",
        "textbf",
        "textit",
        "textrm",
        "mathfrak",
        "boxed",
        "underline",
        "underbrace",
        "overbrace",
        "emph",
    }
)
_SILENT_COMMANDS = frozenset(
    {
        "left",
        "right",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "quad",
        "qquad",
        "displaystyle",
        "limits",
        "nolimits",
        "hspace",
        "vspace",
        "label",
        "tag",
        "begin",
        "end",
        "nonumber",
        "bigl",
        "bigr",
        ",",
        ";",
        ":",
        "!",
        " ",
        "\\",
        "{",
        "}",
        "|",
    }
)
_POWER_NAMES = {
    "2": "平方",
    "3": "立方",
    "'": "撇",
    r"\prime": "撇",
    "*": "星",
    r"\ast": "星",
    **dict.fromkeys(("T", r"\top", r"\mathrm{T}", r"\intercal"), "的转置"),
    r"\circ": "度",
    r"\dagger": "的共轭转置",
}
"""What is said for a raised symbol in place of 次方."""


def formula_span(text: str, start: int, *, chinese: bool = True) -> tuple[int, str] | None:
    """Return the end and the reading of the formula that begins at `start`, or None.

    A dollar sign before an amount is money: $5到$10 is no formula.
    """
    if text[start] not in "$\\":
        return None
    read = read_formula if chinese else read_formula_in_english
    match = _MATH_SPAN.match(text, start)
    if match is not None:
        inner = match["display"] or match["inline"] or match["round"] or match["square"]
        is_sure = match["inline"] is None or _is_formula(inner)
        return (match.end(), read(inner)) if is_sure else None
    bare = _BARE_FORMULA.match(text, start) if _COMMAND.match(text, start) else None
    if bare is None:
        return None
    body = bare[0].rstrip(" .,;:!?")
    return start + len(body), read(body)


def has_latex_commands(text: str) -> bool:
    r"""Return whether a text holds LaTeX commands such as \frac, which viewers see as written."""
    return _COMMAND.search(text) is not None


def formula_notices(rows: Sequence[Row]) -> tuple[Message, ...]:
    """Return what a person is told of rows whose LaTeX commands viewers see as they are written."""
    with_commands = [row.number for row in rows if has_latex_commands(row.text)]
    if not with_commands:
        return ()
    shown = ", ".join(map(str, with_commands[:_MAX_ROWS_NAMED]))
    more = "…" if len(with_commands) > _MAX_ROWS_NAMED else ""
    return (message("text.latex_commands", rows=shown + more),)


def _is_formula(inner: str) -> bool:
    if _SURE_SIGNS.search(inner):
        return not re.match(rf"[0-9][0-9.,]*\s?[{HAN}]", inner)
    if has_han(inner) or _WORDS.search(inner):
        return False
    return _VARIABLE.fullmatch(inner) is not None and not re.match(r"[0-9]+[KkMmBb]\b", inner)


def read_formula(formula: str) -> str:
    """Return what a presenter says for a LaTeX formula; braces and spacing commands are silent."""
    spoken = _Formula(_SYMBOL.findall(formula[:_MAX_FORMULA_CHARACTERS])).read()
    spoken = re.sub(r"(?<=[^\x00-\x7f])\s+(?=\S)|\s+(?=[^\x00-\x7f])", "", spoken)
    return re.sub(r"，{2,}", "，", re.sub(r"\s+", " ", spoken)).strip(" ，")


@dataclass
class _Formula:
    """The tokens of a formula, and the place that is read next."""

    symbols: list[str]
    at: int = 0
    depth: int = 0

    def read(self, closing: str = "") -> str:
        """Return what is said up to a closing brace or bracket, which is passed over."""
        spoken = ""
        while self.at < len(self.symbols):
            symbol = self.symbols[self.at]
            self.at += 1
            if closing and symbol == closing:
                break
            spoken += self._read_symbol(symbol, spoken)
        return spoken

    def _argument(self) -> str:
        """Return what is said for the next group or symbol."""
        while self.at < len(self.symbols) and self.symbols[self.at].isspace():
            self.at += 1
        if self.at >= len(self.symbols):
            return ""
        symbol = self.symbols[self.at]
        self.at += 1
        return self._read_symbol(symbol, "")

    def _next_is(self, symbol: str) -> bool:
        return self.at < len(self.symbols) and self.symbols[self.at] == symbol

    def _read_symbol(self, symbol: str, before: str) -> str:  # noqa: C901, PLR0911 - one line for each kind of symbol
        if symbol == "{":
            if self.depth >= _MAX_DEPTH:
                return ""
            self.depth += 1
            spoken = self.read("}")
            self.depth -= 1
            return spoken
        if symbol.startswith("\\"):
            return self._read_command(symbol[1:].rstrip("*"))
        if symbol == "^":
            return self._read_power(self._raw_argument())
        if symbol == "_":
            return " " + self._argument()
        if symbol in "()[]|":
            return "，" if symbol in "([" and before and not before.endswith("，") else ""
        if symbol.isspace():
            return " " if before[-1:].isascii() else ""
        if _NUMBER_ALONE.fullmatch(symbol):
            return decimal_reading(symbol)
        if symbol == "-" and (
            not before or before.endswith(("等于", "于", "，", "加", "乘", "到"))
        ):
            return "负"
        if symbol == "&":
            return " "
        return _SIGNS.get(symbol, "" if symbol in "}$~" else symbol)

    def _raw_argument(self) -> str:
        """Return the next group or symbol as LaTeX."""
        if self.at >= len(self.symbols):
            return ""
        first = self.symbols[self.at]
        self.at += 1
        if first != "{":
            return first
        level, start = 1, self.at
        while self.at < len(self.symbols) and level:
            level += {"{": 1, "}": -1}.get(self.symbols[self.at], 0)
            self.at += 1
        return "".join(self.symbols[start : self.at - (0 if level else 1)])

    def _read_power(self, power: str) -> str:
        if power in _POWER_NAMES:
            return _POWER_NAMES[power]
        return f"的{self._inner(power)}次方"

    def _inner(self, formula: str) -> str:
        if self.depth >= _MAX_DEPTH:
            return ""
        return _Formula(_SYMBOL.findall(formula), depth=self.depth + 1).read()

    def _read_command(self, name: str) -> str:  # noqa: C901, PLR0911 - one line for each kind of command
        if name in {"frac", "dfrac", "tfrac", "cfrac"}:
            numerator, denominator = self._argument(), self._argument()
            return f"{denominator}分之{numerator}"
        if name == "sqrt":
            root = "根号"
            if self._next_is("["):
                self.at += 1
                root = f"{self.read(']')}次根号"
            return f"{root}{self._argument()}"
        if name in {"binom", "dbinom"}:
            above, below = self._argument(), self._argument()
            return f"{above}选{below}"
        if name in _LARGE_OPERATORS:
            return self._read_large_operator(_LARGE_OPERATORS[name])
        if name in _LIMITS and self._next_is("_"):
            self.at += 1
            return f"{self._argument()}{_LIMITS[name]}，"
        if name == "lim":
            return "极限"
        if name == "vec":
            return f"向量{self._argument()}"
        if name in _ACCENTS:
            return f"{self._argument()}{_ACCENTS[name]}"
        if name in _TEXT_COMMANDS:
            is_words = "text" in name or name == "operatorname"
            return self._raw_argument() if is_words else self._argument()
        if name in _SILENT_COMMANDS:
            if name in {"begin", "end", "label", "tag", "hspace", "vspace"}:
                self._raw_argument()
            return ""
        return _NAMES.get(name, f" {name} ")

    def _read_large_operator(self, name: str) -> str:
        low = high = ""
        for _ in range(2):
            if self._next_is("_"):
                self.at += 1
                low = self._argument()
            elif self._next_is("^"):
                self.at += 1
                high = self._argument()
        if low and high:
            return f"{low}到{high}{name}，"
        return f"对{low}{name}，" if low else name
