"""Units and currencies, and their spoken names."""

from __future__ import annotations

import re
import unicodedata

CURRENCY_SIGNS = {
    "US$": "美元",
    "HK$": "港元",
    "NT$": "新台币",
    "CA$": "加元",
    "AU$": "澳元",
    "A$": "澳元",
    "C$": "加元",
    "S$": "新加坡元",
    "RMB": "元人民币",
    "USD": "美元",
    "CNY": "元",
    "EUR": "欧元",
    "HKD": "港元",
    "GBP": "英镑",
    "JPY": "日元",
    "KRW": "韩元",
    "SGD": "新加坡元",
    "AUD": "澳元",
    "CAD": "加元",
    "CHF": "瑞士法郎",
    "TWD": "新台币",
    "NTD": "新台币",
    "MOP": "澳门元",
    "THB": "泰铢",
    "INR": "卢比",
    "RUB": "卢布",
    "VND": "越南盾",
    "BTC": "比特币",
    "$": "美元",
    "€": "欧元",
    "£": "英镑",
    "¥": "元",
    "₩": "韩元",
    "₽": "卢布",
    "₹": "卢比",
    "฿": "泰铢",
    "₫": "越南盾",
    "₺": "里拉",
    "₿": "比特币",
}
"""The sign or ISO 4217 code before an amount, and the name that is said after it."""

ENGLISH_CURRENCIES = {"dollar": "美元", "usd": "美元", "euro": "欧元", "pound": "英镑"}
"""English currency names after thousand, million and so on."""

_METRIC_UNITS = {
    # symbol: (name, {prefix: spoken prefix}); SI Brochure, 9th edition, with Chinese usage
    "m": ("米", {"μ": "微", "n": "纳", "p": "皮", "m": "毫", "c": "厘", "d": "分"}),
    "g": ("克", {"μ": "微", "m": "毫", "n": "纳", "p": "皮"}),
    "L": ("升", {"μ": "微", "m": "毫", "d": "分", "c": "厘"}),
    "s": ("秒", {"m": "毫", "μ": "微", "n": "纳", "p": "皮", "f": "飞"}),
    "Hz": ("赫兹", {"k": "千", "M": "兆", "G": "吉", "T": "太", "m": "毫"}),
    "W": ("瓦", {"m": "毫", "μ": "微", "k": "千", "M": "兆", "G": "吉", "T": "太"}),
    "Wh": ("瓦时", {"k": "千", "M": "兆", "G": "吉", "T": "太"}),
    "V": ("伏", {"m": "毫", "μ": "微", "k": "千", "M": "兆"}),
    "A": ("安", {"m": "毫", "μ": "微", "n": "纳", "k": "千"}),
    "Ah": ("安时", {"m": "毫"}),
    "VA": ("伏安", {"k": "千", "M": "兆"}),
    "Ω": ("欧姆", {"m": "毫", "k": "千", "M": "兆"}),
    "F": ("法拉", {"μ": "微", "n": "纳", "p": "皮"}),
    "H": ("亨", {"m": "毫", "μ": "微"}),
    "J": ("焦耳", {"m": "毫", "k": "千", "M": "兆", "G": "吉"}),
    "eV": ("电子伏", {"k": "千", "M": "兆", "G": "吉", "T": "太"}),
    "cal": ("卡", {"k": "千"}),
    "N": ("牛", {"k": "千"}),
    "N·m": ("牛米", {}),
    "Pa": ("帕", {"h": "百", "k": "千", "M": "兆", "G": "吉"}),
    "bar": ("巴", {"m": "毫"}),
    "mol": ("摩尔", {"m": "毫", "μ": "微", "n": "纳"}),
    "T": ("特斯拉", {"m": "毫"}),
    "Sv": ("希沃特", {"m": "毫", "μ": "微"}),
    "Gy": ("戈瑞", {"m": "毫"}),
    "Bq": ("贝克勒尔", {"k": "千", "M": "兆"}),
    "cd": ("坎德拉", {}),
}
_BASE_UNITS_OF_LETTERS = frozenset({"A", "F", "H", "J", "N", "T", "bar", "cd"})
"""Single letters that are far more often part of a name (5A景区, 4.0T): read only with a prefix,
except J, N, bar and cd."""

_OTHER_UNITS = {
    "km": "公里",
    "kg": "公斤",
    "t": "吨",
    "ml": "毫升",
    "dl": "分升",
    "cl": "厘升",
    "l": "升",
    "cc": "毫升",
    "h": "小时",
    "hr": "小时",
    "hrs": "小时",
    "min": "分钟",
    "mins": "分钟",
    "sec": "秒",
    "ft": "英尺",
    "lb": "磅",
    "lbs": "磅",
    "oz": "盎司",
    "mile": "英里",
    "miles": "英里",
    "inch": "英寸",
    "yd": "码",
    "ha": "公顷",
    "mmHg": "毫米汞柱",
    "dB": "分贝",
    "dBm": "分贝毫瓦",
    "lx": "勒克斯",
    "lm": "流明",
    "°": "度",
    "ppm": "PPM",
    "fps": "帧",
    "rpm": "转每分钟",
    "RPM": "转每分钟",
    "r/min": "转每分钟",
    "L/100km": "升每百公里",
    "FPS": "帧",
    "bp": "个基点",
    "bps": "个基点",
    "BP": "个基点",
    "pp": "个百分点",
    "pct": "个百分点",
    "mAh": "毫安时",
    "J": "焦耳",
    "N": "牛",
    "bar": "巴",
    "cd": "坎德拉",
    # money after the amount
    "USD": "美元",
    "RMB": "元人民币",
    "CNY": "元",
    "EUR": "欧元",
    "HKD": "港元",
    "GBP": "英镑",
    "JPY": "日元",
    "SGD": "新加坡元",
    "TWD": "新台币",
}

_POWERS = {"²": "平方", "2": "平方", "³": "立方", "3": "立方"}
_RAISED_UNITS = ("m", "km", "cm", "mm", "μm", "nm", "dm")

_PER_READINGS = {
    **dict.fromkeys(("h", "hr", "小时", "时"), "每小时"),
    **dict.fromkeys(("s", "sec", "秒"), "每秒"),
}
"""Speeds are said with the time first: 每小时一百公里."""

_SPEEDS = {"km": "公里", "m": "米", "公里": "公里", "千米": "千米", "米": "米"}

_DATA_UNITS = (
    *(f"{prefix}{unit}" for prefix in ("", *"KkMGTPE") for unit in "Bb"),
    *("KiB", "MiB", "GiB", "TiB"),
)


def _metric_readings() -> dict[str, str]:
    """Return the name of each metric unit with each of its prefixes, and of areas and volumes."""
    readings = {}
    for symbol, (name, prefixes) in _METRIC_UNITS.items():
        if symbol not in _BASE_UNITS_OF_LETTERS:
            readings[symbol] = name
        for prefix, prefix_name in prefixes.items():
            readings[prefix + symbol] = prefix_name + name
    readings |= _OTHER_UNITS
    for unit in _RAISED_UNITS:
        readings |= {f"{unit}{mark}": power + readings[unit] for mark, power in _POWERS.items()}
    return readings


def _rate_readings(simple: dict[str, str]) -> dict[str, str]:
    """Return the names of units per unit: mg/L, GB/s, kg/m³, 5/㎡ without the number."""
    below = {
        **{unit: simple[unit] for unit in ("L", "mL", "ml", "dL", "kg", "g", "mol", "min", "km")},
        **{unit: simple[unit] for unit in ("m²", "m³", "cm²", "cm³", "mm²", "h", "s", "t", "W")},
        **dict.fromkeys(("day", "d", "天", "日"), "天"),
        **{word: word for word in ("次", "小时", "分钟", "人")},
    }
    above = {
        *("g", "mg", "μg", "kg", "ng", "t", "mol", "mmol", "μmol", "nmol", "mL", "ml", "L", "m³"),
        *("W", "mW", "kWh", "Wh", "J", "kJ", "kcal", "N", "cd", "lm", "m", "km", "mm", "cm", "V"),
    }
    readings = {
        f"{top}/{bottom}": f"{simple[top]}每{name}"
        for top in above
        for bottom, name in below.items()
        if top != bottom
    }
    readings |= {
        f"{top}/kg/{bottom}": f"{simple[top]}每公斤每{name}"
        for top in ("g", "mg", "μg", "mL", "ml", "kcal")
        for bottom, name in {
            "d": "天",
            "day": "天",
            "天": "天",
            "日": "天",
            "次": "次",
            "h": "小时",
        }.items()
    }
    readings |= {f"{top}/s": f"{top}每秒" for top in _DATA_UNITS}
    readings |= {f"{top}/s²": f"{simple[top]}每二次方秒" for top in ("m", "cm")}
    return readings


def _with_other_spellings(readings: dict[str, str]) -> dict[str, str]:
    """Return the names with u for μ, and with the one-character units of CJK fonts (㎖, ㎡, ㎧)."""
    readings = {
        spelling: name
        for unit, name in readings.items()
        for spelling in {
            unit,
            unit.replace("μ", "u"),
            unit.replace("μ", "µ"),
            unit.replace("Ω", "Ω"),
        }
    }
    squared = {chr(code) for code in (*range(0x3371, 0x33E0), *range(0x33FF, 0x3400))}
    for character in squared:
        plain = unicodedata.normalize("NFKC", character).replace("∕", "/").replace("2", "²")
        name = readings.get(plain.replace("3", "³"))
        if name:
            readings[character] = name
    return readings


SIMPLE_READINGS = _with_other_spellings(_metric_readings())
"""The spoken name of each unit that is not a rate."""

UNIT_READINGS: dict[str, tuple[str, str]] = (
    {
        unit: (name, "")
        for unit, name in (
            SIMPLE_READINGS | _with_other_spellings(_rate_readings(_metric_readings()))
        ).items()
    }
    | {
        f"{distance}/{time}": (name, per)
        for distance, name in _SPEEDS.items()
        for time, per in _PER_READINGS.items()
    }
    | {
        "㎞/h": ("公里", "每小时"),
        "㎧": ("米", "每秒"),
        "kmh": ("公里", "每小时"),
        "mph": ("英里", "每小时"),
    }
)
"""The name that is said after the number, and what is said before it (每小时), by written unit."""

UNIT_PATTERN = (
    "(?:"
    + "|".join(re.escape(unit) for unit in sorted(UNIT_READINGS, key=len, reverse=True))
    + r")(?![A-Za-z0-9²³])"
)
"""A pattern of any unit, the longest first, without a letter after it."""

SIMPLE_UNIT_PATTERN = (
    "(?:"
    + "|".join(re.escape(unit) for unit in sorted(SIMPLE_READINGS, key=len, reverse=True))
    + r")(?![A-Za-z0-9²³])"
)
"""The same without rates: a unit that may follow 每."""
