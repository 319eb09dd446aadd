"""Years, dates, school years and the clock."""

from __future__ import annotations

import re

from pipeline.text.normalization.cardinals import cardinal_reading, counting_form, digit_reading
from pipeline.text.normalization.patterns import (
    DIGITS_END,
    DIGITS_START,
    NO_LATIN_BEFORE,
    RANGE_DASH,
    is_followed_by,
    is_measure_word_at,
    number_expression,
    text_before,
)

_MAX_MONTH, _MAX_DAY = 12, 31
_MAX_YEAR = 2200
_LAST_BARE_YEAR = 2060
"""Up to here two four-digit numbers with 到 between them are years without 年 after them."""

_AMOUNT_AFTER = re.compile(r"\s?(?:[%‰℃°]|[百千万亿]|[A-Za-z]|美元|块|元|[.,][0-9])")

_LIST_MARKS = str.maketrans({",": "、", "/": "、", " ": None})

_EVENING_HOUR, _NOON_HOUR = 6, 12

_DURATION_BEFORE = re.compile(
    r"(?:近|约|长达|超过|超|了|有|达|整整|历时|经历|几乎|将近|过去的?|这)$"
)

_DURATION_AFTER = r"前(?!后)|的?历史|的?文明|来|多|余|之久|间|左右|以前|之前|不变|难遇|以上|以来"
_YEARS_DURATION = re.compile(_DURATION_AFTER)

_SCORE_BEFORE = re.compile(
    r"(?:以|比分|总分|大胜|击败|战胜|逼平|战平|胜|负|比例|配比|赔率|按|约为)[是为以约:：，\s]*$"
)

_SCORE_AFTER = re.compile(
    r"(?:战胜|击败|大胜|横扫|逆转|领先|落后|战平|逼平|取胜|获胜|告负|不敌|完胜|险胜|惜败|淘汰|的比分|的?比例|负于|输给|赢|拿下|勾兑|稀释|混合|的?(?:屏|画面|画幅|宽高比|长宽比|纵横比|分辨率|带鱼屏))"
)

_RUNNING_TIME_BEFORE = re.compile(
    r"(?:成绩|用时|纪录|记录|时长|耗时|跑出|片长|还剩|仅剩|剩余|倒计时)[^，。]{0,4}$"
)


def is_score_or_ratio(match: re.Match[str]) -> bool:
    """Return whether two numbers are a score or a ratio by the words around them: 以3:2战胜."""
    return _SCORE_BEFORE.search(text_before(match)) is not None or is_followed_by(
        match, _SCORE_AFTER
    )


def _read_full_date(match: re.Match[str]) -> str | None:
    month, day = int(match["m"]), int(match["d"])
    if not (1 <= month <= _MAX_MONTH and 1 <= day <= _MAX_DAY):
        return None
    year, month_name, day_name = (
        digit_reading(match["y"]),
        cardinal_reading(match["m"]),
        cardinal_reading(match["d"]),
    )
    return f"{year}年{month_name}月{day_name}日"


def _read_year(match: re.Match[str]) -> str:
    digits = match["y"]
    is_duration = digits.endswith("00") and (
        is_followed_by(match, _YEARS_DURATION) or _DURATION_BEFORE.search(text_before(match))
    )  # 五千年历史: no date
    if match["m"] is None:
        is_quantity = is_duration or int(digits) > _MAX_YEAR
        return f"{cardinal_reading(digits) if is_quantity else digit_reading(digits)}年"
    day = cardinal_reading(match["d"]) + match["day"] if match["d"] else ""
    return f"{digit_reading(digits)}年{cardinal_reading(match['m'])}月{day}"


def _read_year_range(match: re.Match[str]) -> str | None:
    start_year, end_year = match["a"], match["b"]
    if not int(start_year) < int(end_year) <= _MAX_YEAR:
        return None
    if not match["mark"] and (
        is_measure_word_at(match.string, match.end())
        or is_followed_by(match, _AMOUNT_AFTER)
        or (start_year.endswith("00") and end_year.endswith("00"))
        or int(end_year) > _LAST_BARE_YEAR
    ):  # 1000-2000个, 1500到2000
        return None
    first, last = match["first"].strip(), match["mark"].strip()
    return f"{digit_reading(start_year)}{first}到{digit_reading(end_year)}{last}"


def _read_year_list(match: re.Match[str]) -> str | None:
    """Return the reading of years one after the other: 2023、2024、2025年."""
    if not match["mark"] and (
        is_measure_word_at(match.string, match.end()) or is_followed_by(match, _AMOUNT_AFTER)
    ):
        return None
    return re.sub("[0-9]+", lambda year: digit_reading(year[0]), match[0]).translate(_LIST_MARKS)


def _read_month_range(match: re.Match[str]) -> str:
    first = f"{digit_reading(match['y'])}年{cardinal_reading(match['m'])}月"
    if match["now"]:
        return f"{first}至今"
    return f"{first}到{digit_reading(match['y2'])}年{cardinal_reading(match['m2'])}月"


def _read_dated_days(match: re.Match[str]) -> str:
    """Return the reading of 4月1日—3日 and 4月1-3日."""
    first = f"{cardinal_reading(match['m'])}月{cardinal_reading(match['d'])}{match['day'] or ''}"
    month = f"{cardinal_reading(match['m2'])}月" if match["m2"] else ""
    return f"{first}到{month}{cardinal_reading(match['d2'])}{match['day2']}"


def _read_year_digits(match: re.Match[str]) -> str:
    return digit_reading(match["n"])


def _read_season(match: re.Match[str]) -> str:
    century = digit_reading(match["c"])
    return f"{century}{digit_reading(match['a'])}到{century}{digit_reading(match['b'])}"


def _read_event_date(match: re.Match[str]) -> str:
    month = "十" if match["a"] == "10" else digit_reading(match["a"])  # 十一, but 一二九
    return month + digit_reading(match["b"])


def _read_clock_time(match: re.Match[str]) -> str | None:
    hours, minutes, seconds = match["h"], match["m"], match["s"] or ""
    if not seconds and is_score_or_ratio(match):
        return None
    if _RUNNING_TIME_BEFORE.search(text_before(match)):
        hour_reading = counting_form(cardinal_reading(hours))
        if seconds:
            return f"{hour_reading}小时{_minute_reading(minutes)}分{_minute_reading(seconds)}秒"
        return f"{hour_reading}分{_minute_reading(minutes)}秒"
    spoken = (
        f"{_day_period(match['half'] or '', int(hours))}{counting_form(cardinal_reading(hours))}点"
    )
    if int(minutes) or seconds:
        spoken += f"{_minute_reading(minutes)}分"
    return f"{spoken}{_minute_reading(seconds)}秒" if seconds else spoken


def _read_hour(match: re.Match[str]) -> str:
    hour_reading = counting_form(cardinal_reading(match["h"]))
    return f"{_day_period(match['half'], int(match['h']))}{hour_reading}点"


def _day_period(am_pm: str, hours: int) -> str:
    if not am_pm:
        return ""
    if am_pm[0] in "aA":
        return "上午"
    return "下午" if hours < _EVENING_HOUR or hours == _NOON_HOUR else "晚上"


def _minute_reading(digits: str) -> str:
    """Return the reading of minutes or seconds: 05 is 零五."""
    return digit_reading(digits) if digits.startswith("0") else cardinal_reading(digits)


_AM_PM = r"(?P<half>[AaPp]\.?[Mm]\.?)(?![A-Za-z0-9])"

DATE_EXPRESSIONS = (
    number_expression(
        r"(?<=[’'‘])(?P<n>[2-9]0)s(?![A-Za-z])", lambda match: f"{cardinal_reading(match['n'])}年代"
    ),  # '90s
    number_expression(
        r"(?:(?<=FY)|(?<=[12]H)|(?<![0-9A-Za-z.]))(?P<n>[12][0-9])(?=Q[1-4](?![0-9A-Za-z]))"
        r"|(?:(?<=FY)|(?<=[12]H))(?P<m>[12][0-9])(?![0-9])",
        lambda match: digit_reading(match["n"] or match["m"]),
    ),  # 24Q1, FY24, 1H24
    number_expression(
        rf"{DIGITS_START}(?P<y>(?:19|20)[0-9]{{2}})\.(?P<m>1[0-2]|[1-9]){RANGE_DASH}(?:(?P<y2>(?:19|20)[0-9]{{2}})\.(?P<m2>1[0-2]|0?[1-9])|(?P<now>今)){DIGITS_END}",
        _read_month_range,
    ),  # 2019.9-2023.6
    number_expression(
        rf"{DIGITS_START}(?P<y>[12][0-9]{{3}})(?P<sep>[-/.])(?P<m>[01]?[0-9])(?P=sep)(?P<d>[0-3]?[0-9])(?:T(?=[0-2][0-9]:)|{DIGITS_END})(?!\.[0-9])",
        _read_full_date,
    ),  # the T of ISO 8601 before a time is not said
    number_expression(
        rf"{DIGITS_START}(?P<y>(?:19|20)[0-9]{{2}})(?:[/.-](?P<m>0[1-9])|[/-](?P<m2>1[0-2])(?!赛季|财年|学年|年))(?![/.,-]?[0-9]|年)",
        lambda match: (
            f"{digit_reading(match['y'])}年{cardinal_reading(match['m'] or match['m2'])}月"
        ),
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?:1[0-9]{{3}}|20[0-9]{{2}})(?:\s?(?:[、，,/]|和|与|及|或|以及)\s?(?:1[0-9]{{3}}|20[0-9]{{2}}))+(?P<mark>\s?年)",
        _read_year_list,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?:1[6-9][0-9]{{2}}|20[0-6][0-9])(?:、(?:1[6-9][0-9]{{2}}|20[0-6][0-9]))+{DIGITS_END}(?P<mark>)",
        _read_year_list,
    ),
    number_expression(
        r"(?<![0-9])(?P<a>[0-9]{2})(?:[、和])(?P<b>[0-9]{2})(?=年(?:代?出生|入学|毕业|届))",
        lambda match: f"{digit_reading(match['a'])}、{digit_reading(match['b'])}",
    ),
    number_expression(
        rf"{DIGITS_START}(?P<m>1[0-2]|0?[1-9])\s?月\s?(?P<d>[0-3]?[0-9])\s?(?P<day>[日号])?{RANGE_DASH}(?:(?P<m2>1[0-2]|0?[1-9])\s?月\s?)?(?P<d2>[0-3]?[0-9])\s?(?P<day2>[日号])",
        _read_dated_days,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>[12][0-9]{{3}})(?P<first>(?:\s?年)?){RANGE_DASH}(?P<b>[12][0-9]{{3}})(?P<mark>\s?年)",
        _read_year_range,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<a>1[6-9][0-9]{{2}}|20[0-6][0-9])(?P<first>)\s?[到至]\s?(?P<b>1[6-9][0-9]{{2}}|20[0-6][0-9])(?P<mark>){DIGITS_END}",
        _read_year_range,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{2}})[-/](?P<b>[0-9]{{2}})(?=赛季)",
        lambda match: f"{digit_reading(match['a'])}{digit_reading(match['b'])}",
    ),  # 24/25赛季
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<a>1[0-9]{{3}}|20[0-9]{{2}})(?P<first>)[-–—~～]{{1,2}}(?P<b>[12][0-9]{{3}})(?P<mark>){DIGITS_END}(?![%万亿])",
        _read_year_range,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<y>[0-9]{{4}})\s?年(?:\s?(?P<m>1[0-2]|0?[1-9])\s?月(?:\s?(?P<d>[0-3]?[0-9])\s?(?P<day>[日号]))?)?",
        _read_year,
    ),
    number_expression(r"(?:(?<=公元)|(?<=公元前))(?P<n>[0-9]{3,4})(?=\s?年)", _read_year_digits),
    number_expression(
        rf"(?<![^，。、；：（(《在到于从自至前—–~～\-])(?P<n>[0-9]{{3}})(?<!00)(?=\s?年(?!{_DURATION_AFTER}))",
        _read_year_digits,
    ),  # 618年 alone: a year
    number_expression(
        rf"{DIGITS_START}(?P<n>0[0-9]|[0-9]{{2}}(?=\s?年\s?(?:1[0-2]|[1-9])\s?月))(?=\s?年)",
        _read_year_digits,
    ),
    number_expression(
        r"(?:(?<=[从于在自])(?P<n>[6-9][0-9])|(?<=[’'‘])(?P<short>[0-9]{2}))(?=\s?年(?!代|级|内|间|里|之内|以上|来))",
        lambda match: digit_reading(match["n"] or match["short"]),
    ),  # 在98年: a year, not a length
    number_expression(
        rf"{DIGITS_START}(?P<n>[5-9][05]|0[05]|10)(?=后(?![来面天续悔]))", _read_year_digits
    ),  # 90后, 00后: those born then
    number_expression(
        rf"{DIGITS_START}(?P<n>[12][0-9]{{3}})(?=\s?(?:[届级款版]|赛季|财年|学年|年度))",
        _read_year_digits,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<c>19|20)(?P<a>[0-9]{{2}})[-–/](?P<b>[0-9]{{2}})(?=赛季|财年|学年|年度)",
        _read_season,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<n>(?:19|20)[0-9]0)s(?![A-Za-z])",
        lambda match: f"{digit_reading(match['n'])}年代",
    ),
    number_expression(
        r"(?<=[（(])(?P<n>(?:19|20)[0-9]{2})(?=[）)])",
        lambda match: f"{digit_reading(match['n'])}年",
    ),  # a work's year
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{1,2}})·(?P<b>[0-9]{{1,2}}){DIGITS_END}", _read_event_date
    ),  # 9·11, 5·12
    number_expression(
        rf"{DIGITS_START}(?P<h>[01]?[0-9]|2[0-4])[:：](?P<m>[0-5][0-9])(?:[:：](?P<s>[0-5][0-9]))?{DIGITS_END}(?![:：][0-9])(?:\s?{_AM_PM})?",
        _read_clock_time,
    ),
    number_expression(rf"{DIGITS_START}(?P<h>1[0-2]|[1-9])\s?{_AM_PM}", _read_hour),
)
"""In the order they are tried: from the most to the least specific."""
