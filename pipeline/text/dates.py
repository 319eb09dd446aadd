"""Years, dates, school years and the clock."""

from __future__ import annotations

import re

from pipeline.text.numbers import cardinal, one_by_one, pair
from pipeline.text.readings import ALONE, DASH, END, UNNAMED, before, expression, follows

_LAST_MONTH, _LAST_DAY = 12, 31
_LAST_YEAR = 2200
_EVENING, _NOON = 6, 12

_LASTING = re.compile(r"(?:近|约|长达|超过|超|了|有|达|整整|历时|经历|几乎|将近|过去的?|这)$")
_LENGTH = r"前(?!后)|的?历史|的?文明|来|多|余|之久|间|左右|以前|之前|不变|难遇|以上|以来"
_LENGTH_OF_YEARS = re.compile(_LENGTH)
_VERSUS = re.compile(r"(?:以|比分|总分|大胜|击败|战胜|逼平|战平|胜|负|比例|配比|赔率|按|约为)[是为以约:：，\s]*$")
_SIDE = re.compile(
    r"(?:战胜|击败|大胜|横扫|逆转|领先|落后|战平|逼平|取胜|获胜|告负|不敌|完胜|险胜|惜败|淘汰|的比分|的?比例|负于|输给|赢|拿下|勾兑|稀释|混合)"
)
_DURATION = re.compile(r"(?:成绩|用时|纪录|记录|时长|耗时|跑出|片长|还剩|仅剩|剩余|倒计时)[^，。]{0,4}$")


def versus(match: re.Match[str]) -> bool:
    """Tell whether two numbers are a score or a proportion by the words around them (以3:2战胜, 比例为1:20)."""
    return _VERSUS.search(before(match)) is not None or follows(match, _SIDE)


def _full_date(match: re.Match[str]) -> str | None:
    month, day = int(match["m"]), int(match["d"])
    if not (1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY):
        return None
    return f"{one_by_one(match['y'])}年{cardinal(match['m'])}月{cardinal(match['d'])}日"


def _year(match: re.Match[str]) -> str:
    digits = match["y"]
    lasting = digits.endswith("00") and (follows(match, _LENGTH_OF_YEARS) or _LASTING.search(before(match)))  # 五千年历史: no date
    if match["m"] is None:
        return f"{cardinal(digits) if lasting or int(digits) > _LAST_YEAR else one_by_one(digits)}年"
    day = cardinal(match["d"]) + match["day"] if match["d"] else ""
    return f"{one_by_one(digits)}年{cardinal(match['m'])}月{day}"


def _years(match: re.Match[str]) -> str | None:
    first, last = match["a"], match["b"]
    if not int(first) < int(last) <= _LAST_YEAR:
        return None
    return f"{one_by_one(first)}{match['first']}到{one_by_one(last)}{match['mark']}"


def _told(match: re.Match[str]) -> str:
    return one_by_one(match["n"])


def _season(match: re.Match[str]) -> str:
    century = one_by_one(match["c"])
    return f"{century}{one_by_one(match['a'])}到{century}{one_by_one(match['b'])}"


def _day_of_note(match: re.Match[str]) -> str:
    month = "十" if match["a"] == "10" else one_by_one(match["a"])  # 十一, but 一二九
    return month + one_by_one(match["b"])


def _clock(match: re.Match[str]) -> str | None:
    hours, minutes, seconds = match["h"], match["m"], match["s"] or ""
    if not seconds and versus(match):
        return None
    if _DURATION.search(before(match)):
        if seconds:
            return f"{pair(cardinal(hours))}小时{_padded(minutes)}分{_padded(seconds)}秒"
        return f"{pair(cardinal(hours))}分{_padded(minutes)}秒"
    said = f"{_half_of_day(match['half'] or '', int(hours))}{pair(cardinal(hours))}点"
    if int(minutes) or seconds:
        said += f"{_padded(minutes)}分"
    return f"{said}{_padded(seconds)}秒" if seconds else said


def _hour(match: re.Match[str]) -> str:
    return f"{_half_of_day(match['half'], int(match['h']))}{pair(cardinal(match['h']))}点"


def _half_of_day(half: str, hours: int) -> str:
    if not half:
        return ""
    if half[0] in "aA":
        return "上午"
    return "下午" if hours < _EVENING or hours == _NOON else "晚上"


def _padded(digits: str) -> str:
    """Return minutes or seconds as told: 05 is 零五."""
    return one_by_one(digits) if digits.startswith("0") else cardinal(digits)


_HALF = r"(?P<half>[AaPp]\.?[Mm]\.?)(?![A-Za-z0-9])"

DATES = (
    expression(rf"{ALONE}(?P<y>[12][0-9]{{3}})(?P<sep>[-/.])(?P<m>[01]?[0-9])(?P=sep)(?P<d>[0-3]?[0-9]){END}(?!\.[0-9])", _full_date),
    expression(rf"{ALONE}(?P<a>[12][0-9]{{3}})(?P<first>年?){DASH}(?P<b>[12][0-9]{{3}})(?P<mark>年)", _years),
    expression(
        rf"{ALONE}{UNNAMED}(?P<a>1[0-9]{{3}}|20[0-9]{{2}})(?P<first>)[-–—~～]{{1,2}}(?P<b>[12][0-9]{{3}})(?P<mark>){END}(?![%万亿])", _years
    ),
    expression(rf"{ALONE}(?P<y>[0-9]{{4}})年(?:(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>[0-3]?[0-9])(?P<day>[日号]))?)?", _year),
    expression(r"(?:(?<=公元)|(?<=公元前))(?P<n>[0-9]{3,4})(?=年)", _told),
    expression(rf"(?<![^，。、；：（(《在到于从自至前—–~～\-])(?P<n>[0-9]{{3}})(?<!00)(?=年(?!{_LENGTH}))", _told),  # 618年 alone: a year
    expression(rf"{ALONE}(?P<n>0[0-9]|[0-9]{{2}}(?=年(?:1[0-2]|[1-9])月))(?=年)", _told),
    expression(r"(?<=[从于在自])(?P<n>[6-9][0-9])(?=年(?!代|级|内|间|里|之内|以上|来))", _told),  # 在98年: a year, not a length
    expression(rf"{ALONE}(?P<n>[5-9][05]|0[05]|10)(?=后(?![来面天续悔]))", _told),  # 90后, 00后: those born then
    expression(rf"{ALONE}(?P<n>[12][0-9]{{3}})(?=[届级款版]|赛季|财年|学年|年度)", _told),
    expression(rf"{ALONE}(?P<c>19|20)(?P<a>[0-9]{{2}})[-–/](?P<b>[0-9]{{2}})(?=赛季|财年|学年|年度)", _season),
    expression(rf"{ALONE}(?P<n>(?:19|20)[0-9]0)s(?![A-Za-z])", lambda match: f"{one_by_one(match['n'])}年代"),
    expression(r"(?<=[（(])(?P<n>(?:19|20)[0-9]{2})(?=[）)])", lambda match: f"{one_by_one(match['n'])}年"),  # a work's year
    expression(rf"{ALONE}(?P<a>[0-9]{{1,2}})·(?P<b>[0-9]{{1,2}}){END}", _day_of_note),  # 9·11, 5·12
    expression(rf"{ALONE}(?P<a>[0-9]{{1,2}})\.(?P<b>[0-9]{{1,2}})(?=事件|晚会|恐怖|恐袭|大?地震|假期|黄金周|小?长假)", _day_of_note),
    expression(
        rf"{ALONE}(?P<h>[01]?[0-9]|2[0-4])[:：](?P<m>[0-5][0-9])(?:[:：](?P<s>[0-5][0-9]))?{END}(?![:：][0-9])(?:\s?{_HALF})?", _clock
    ),
    expression(rf"{ALONE}(?P<h>1[0-2]|[1-9])\s?{_HALF}", _hour),
)
"""From the most to the least particular."""
