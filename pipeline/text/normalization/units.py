"""Units and currencies, and their spoken names."""

from __future__ import annotations

import re

CURRENCY_SIGNS = {
    "US$": "美元",
    "HK$": "港元",
    "NT$": "新台币",
    "A$": "澳元",
    "C$": "加元",
    "S$": "新加坡元",
    "RMB": "元人民币",
    "USD": "美元",
    "CNY": "元",
    "EUR": "欧元",
    "$": "美元",
    "€": "欧元",
    "£": "英镑",
    "¥": "元",
    "₩": "韩元",
    "₽": "卢布",
    "₹": "卢比",
    "฿": "泰铢",
    "₿": "比特币",
}
"""The sign before an amount, and the name that is said after it."""

ENGLISH_CURRENCIES = {"dollar": "美元", "usd": "美元", "euro": "欧元", "pound": "英镑"}
"""English currency names after thousand, million and so on."""

_SIMPLE_UNITS = {
    # length, area, volume
    "km": "公里",
    "㎞": "公里",
    "m": "米",
    "cm": "厘米",
    "㎝": "厘米",
    "mm": "毫米",
    "㎜": "毫米",
    "μm": "微米",
    "um": "微米",
    "nm": "纳米",
    "km²": "平方公里",
    "m²": "平方米",
    "㎡": "平方米",
    "cm²": "平方厘米",
    "m³": "立方米",
    "cm³": "立方厘米",
    "L": "升",
    "mL": "毫升",
    "ml": "毫升",
    # mass, amount, concentration
    "t": "吨",
    "kg": "公斤",
    "㎏": "公斤",
    "g": "克",
    "mg": "毫克",
    "㎎": "毫克",
    "μg": "微克",
    "ug": "微克",
    "g/L": "克每升",
    "mg/L": "毫克每升",
    "mg/dL": "毫克每分升",
    "mmol/L": "毫摩尔每升",
    "μmol/L": "微摩尔每升",
    "mg/kg": "毫克每公斤",
    "kg/m²": "公斤每平方米",
    "g/cm³": "克每立方厘米",
    "μg/m³": "微克每立方米",
    # time, frequency
    "h": "小时",
    "hr": "小时",
    "min": "分钟",
    "s": "秒",
    "ms": "毫秒",
    "μs": "微秒",
    "ns": "纳秒",
    "Hz": "赫兹",
    "kHz": "千赫兹",
    "MHz": "兆赫兹",
    "GHz": "吉赫兹",
    # energy, power, pressure, electricity
    "kcal": "千卡",
    "kWh": "千瓦时",
    "MWh": "兆瓦时",
    "GWh": "吉瓦时",
    "TWh": "太瓦时",
    "W": "瓦",
    "kW": "千瓦",
    "MW": "兆瓦",
    "GW": "吉瓦",
    "V": "伏",
    "kV": "千伏",
    "mA": "毫安",
    "mAh": "毫安时",
    "Ω": "欧姆",
    "hPa": "百帕",
    "kPa": "千帕",
    "MPa": "兆帕",
    "mmHg": "毫米汞柱",
    "dB": "分贝",
    "°": "度",
    "m/s²": "米每二次方秒",
    # money after the amount
    "USD": "美元",
    "RMB": "元人民币",
    "CNY": "元",
    "EUR": "欧元",
    "HKD": "港元",
}

_RATE_UNITS = {
    "km/h": ("公里", "每小时"),
    "公里/小时": ("公里", "每小时"),
    "公里/时": ("公里", "每小时"),
    "m/s": ("米", "每秒"),
    "米/秒": ("米", "每秒"),
}

UNIT_READINGS = {unit: (name, "") for unit, name in _SIMPLE_UNITS.items()} | _RATE_UNITS
"""The name that is said after the number, and what is said before it (每小时), by written unit."""

UNIT_PATTERN = (
    "(?:"
    + "|".join(re.escape(unit) for unit in sorted(UNIT_READINGS, key=len, reverse=True))
    + r")(?![A-Za-z0-9²³])"
)
"""A pattern of any unit, the longest first, without a letter after it."""
