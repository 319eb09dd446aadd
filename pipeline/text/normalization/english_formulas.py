r"""LaTeX formulas as an English speaker says them: $n^2$ is n squared."""

from __future__ import annotations

import re

_MAX_DEPTH = 12
"""How deep fractions and roots in one another are read."""

_ENGLISH_RULES = tuple(
    (re.compile(pattern), spoken)
    for pattern, spoken in (
        (r"\\(?:d|t|c)?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\1 over \2"),
        (r"\\sqrt\s*\{([^{}]*)\}", r"the square root of \1"),
        (r"\\(?:text|mathrm|mathbf|mathbb|mathcal|operatorname)\s*\{([^{}]*)\}", r"\1"),
        (r"\^\s*(?:2(?![0-9])|\{2\})", " squared"),
        (r"\^\s*(?:3(?![0-9])|\{3\})", " cubed"),
        (r"\^\s*(?:\{([^{}]*)\}|(\\?[A-Za-z0-9]+))", r" to the \1\2"),
        (r"_\s*(?:\{([^{}]*)\}|(\\?[A-Za-z0-9]+))", r" sub \1\2"),
        (r"\\leq?(?![a-z])|≤", " is at most "),
        (r"\\geq?(?![a-z])|≥", " is at least "),
        (r"\\neq?(?![a-z])|≠", " is not equal to "),
        (r"\\approx|≈", " is about "),
        (r"\\times|\\cdot|×|\*", " times "),
        (r"\\pm|±", " plus or minus "),
        (r"\\infty|∞", " infinity "),
        (r"\\(?:to|rightarrow)(?![a-z])|→", " to "),
        (r"\\(?:left|right|quad|qquad|displaystyle|,|;|!|:)", " "),
        (r"=", " equals "),
        (r"\+", " plus "),
        (r"(?<=[\w)])\s*[-−]\s*", " minus "),
        (r"(?<![\w)])\s*[-−]\s*", " minus "),
        (r"<", " is less than "),
        (r">", " is greater than "),
        (r"[\\{}$&]", " "),
    )
)


def read_formula_in_english(formula: str) -> str:
    """Return what an English speaker says for a LaTeX formula."""
    spoken = formula
    for _ in range(_MAX_DEPTH):
        inner = spoken
        for pattern, replacement in _ENGLISH_RULES[:3]:
            inner = pattern.sub(replacement, inner)
        if inner == spoken:
            break
        spoken = inner
    for pattern, replacement in _ENGLISH_RULES[3:]:
        spoken = pattern.sub(replacement, spoken)
    return re.sub(r"\s+", " ", spoken).strip()
