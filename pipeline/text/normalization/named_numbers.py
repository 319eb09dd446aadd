"""Numbers that are names: companies, status codes, schools, aircraft, standards, processors."""

from __future__ import annotations

import re

from pipeline.text.normalization.cardinals import cardinal_reading, digit_reading
from pipeline.text.normalization.dates import is_score_or_ratio
from pipeline.text.normalization.patterns import (
    DIGITS_END,
    DIGITS_START,
    NO_LATIN_BEFORE,
    is_measure_word_at,
    number_expression,
    text_before,
)

_WEAPON_TYPES = r"(?:主战)?(?:坦克|驱逐舰|护卫舰|步枪|战机|战斗机|轰炸机|自行火炮)"
_NUMBERED_THINGS = (
    r"部队|医院|晚会|大促|购物节|事件|工程|高校|院校|大学|工作制|国道|省道|路公交|路车"
    r"|中学|电影|特工|航班|[、和/](?:985|211)"
)
_STATUS_CODES = r"(?:[1-5](?:0[0-9]|1[0-9]|2[0-9]|99))"
_STATUS_AFTER = r"(?:页面?(?![0-9数])|错误|报错|状态|响应|异常|界面|Not|Bad|Internal|Forbidden)"
_COMPANIES = (
    r"(?:360(?=安全|浏览器|杀毒|搜索|公司|集团|手机助手|助手|软件|云盘|导航|周鸿祎|创始人|数科|金融|贷款|加固|桌面|壁纸|儿童手表|行车记录仪|系统急救|智脑)"
    r"|58(?=同城|到家|集团|赶集|公司)|51(?=单片机|信用卡|社保|Talk|CTO|区)|36(?=氪)|37(?=互娱)|99(?=公益)"
    r"|1688(?=网站|平台|批发|上|采购|、|和|，|$)|4399(?=小游戏|游戏|$)|2345(?=浏览器|导航|王牌)|126(?=邮箱)|12580)"
)
_ONE_IS_YAO = r"(?:163|189|139|126)(?=邮箱|网易|信箱)"
_CHIP_NAMES = (
    r"(?:骁龙|天玑|麒麟|锐龙|酷睿|至强|霄龙|龙芯|昇腾|思元|玄戒|展锐|联发科|高通|海光"
    r"|飞腾|鲲鹏|巴龙|凌霄|猎户座)"
)
_PHONE_NAMES = (
    r"iPhone|iphone|IPHONE|苹果|小米|红米|华为|荣耀|魅族|一加|锤子|坚果|乐视|努比亚|真我|三星|红魔|黑鲨"
    r"|Redmi|OnePlus|Nexus|Pixel|Mate|nova|Reno|MIX|Note|果|Lumia|HTC|Galaxy|Switch|realme"
)
_PHONE_BEFORE = re.compile(
    rf"(?:{_PHONE_NAMES})\s?(?:[0-9]{{1,2}}[sxceSXCE]?\s?(?:(?:Plus|Pro|Max)\s?)?(?:[、，,/和与及或到]|还有)?\s?)*$"
)


def _read_digits(match: re.Match[str]) -> str:
    return digit_reading(match["n"])


def _read_status(match: re.Match[str]) -> str | None:
    digits = match["n"]
    return cardinal_reading(digits) if digits.endswith("00") else digit_reading(digits)


def _read_uncounted_digits(match: re.Match[str]) -> str | None:
    return None if is_measure_word_at(match.string, match.end()) else digit_reading(match["n"])


def _read_chip(match: re.Match[str]) -> str | None:
    digits = match["n"]
    if is_measure_word_at(match.string, match.end()) and match.string[match.end()] not in "代核":
        return None
    return cardinal_reading(digits) if not digits.rstrip("0")[1:] else digit_reading(digits)


def _read_convenience_store(match: re.Match[str]) -> str | None:
    is_number = is_score_or_ratio(match) or is_measure_word_at(match.string, match.end())
    return None if is_number else "七十一"


def _read_phone_model(match: re.Match[str]) -> str | None:
    """Return the reading of iPhone 4s and 小米6s: the letter is no second."""
    if match["more"] is None and not _PHONE_BEFORE.search(text_before(match)):
        return None
    return cardinal_reading(match["n"]) + match["letter"].upper()


def _read_aircraft_series(digits: str) -> str:
    return digit_reading(digits) if digits.rstrip("0")[1:] else cardinal_reading(digits)


NAMED_NUMBER_EXPRESSIONS = (
    number_expression(
        rf"{DIGITS_START}(?P<n>(?:201|304|316|430)(?=L?不锈钢|L?钢)|9(?:25|99|90)(?=纯?银|足银))",
        _read_digits,
    ),
    number_expression(r"(?:(?<=Windows )|(?<=Win))(?P<n>9[58])(?![0-9.])", _read_digits),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>[0-9]{{3,4}})(?=(?:房间?|室|教室|会议室|宿舍|寝室)(?![内外温友]))",
        _read_digits,
    ),  # 302房间
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{1,2}})-(?P<b>[0-9]{{3,4}})(?=室|房)",
        lambda match: f"{cardinal_reading(match['a'])}杠{digit_reading(match['b'])}",
    ),
    number_expression(
        rf"(?<=[栋座幢楼])(?P<n>[0-9]{{3,4}}){DIGITS_END}(?![.,%]|[百千万亿])",
        _read_uncounted_digits,
    ),
    number_expression(r"(?<=[A-Z]·)(?P<n>[0-9]{5})(?![0-9])", _read_digits),
    number_expression(
        rf"{DIGITS_START}(?P<n>[0-9]{{1,2}})(?P<letter>[scxe])(?![A-Za-z0-9])(?P<more>(?=\s?(?:Plus|Pro|Max|Ultra|Lite|mini)(?![a-z])))?",
        _read_phone_model,
    ),
    number_expression(rf"{DIGITS_START}(?P<n>{_COMPANIES}){DIGITS_END}", _read_digits),
    number_expression(
        rf"{DIGITS_START}{_ONE_IS_YAO}", lambda match: digit_reading(match[0], name_of_one="幺")
    ),
    number_expression(
        rf"{DIGITS_START}(?<![.\-])7-11{DIGITS_END}(?!\s?(?:[月日号天年%‰℃万亿岁=.,-]|等于))",
        _read_convenience_store,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<n>{_STATUS_CODES}){DIGITS_END}(?=\s?{_STATUS_AFTER})", _read_status
    ),
    number_expression(r"(?<=N)(?P<n>95)(?![0-9])", _read_digits),
    number_expression(
        rf"{DIGITS_START}(?<![/.])[0-9]{{1,2}}(?:/[0-9]{{1,2}}){{2,}}{DIGITS_END}(?![/.%])",
        lambda match: "、".join(map(cardinal_reading, match[0].split("/"))),
    ),  # KDA 3/2/10
    number_expression(rf"{DIGITS_START}(?P<n>[0-9]{{3}})(?={_NUMBERED_THINGS})", _read_digits),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>985|211|996|731|618){DIGITS_END}(?![.,%万亿]|\s?[-–~+*/×=])",
        _read_uncounted_digits,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<n>1024|520|521|1314|666|233)(?=程序员节|表白|情人节|告白)",
        _read_digits,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>[0-9]{{2,3}})(?=[A-Z]?[型式]?{_WEAPON_TYPES})",
        _read_digits,
    ),
    number_expression(r"(?<![A-Za-z][GDCZTKY])(?<=[GDCZTKY])(?P<n>[0-9]{1,4})(?=次)", _read_digits),
    number_expression(
        rf"{DIGITS_START}(?P<n>7[0-8]7|A?3[0-9]0|C?919)[-–](?P<b>[0-9]{{1,4}}){DIGITS_END}(?!\s?[=米个元人])",
        lambda match: f"{digit_reading(match['n'])} {_read_aircraft_series(match['b'])}",
    ),
    number_expression(
        rf"{DIGITS_START}(?P<n>7[0-8]7)(?=客机|飞机|机型|\s?MAX|\s?Max)", _read_digits
    ),
    number_expression(
        rf"(?<=[A-Za-z]){DIGITS_START}(?P<n>3[1-9]0)(?=[-–][0-9]|客机|飞机|neo)", _read_digits
    ),
    number_expression(r"(?<=[A-Z]\.)(?P<n>[0-9]{3})(?![0-9])", _read_digits),
    number_expression(
        rf"{DIGITS_START}(?P<n>80[0-9])\.(?P<b>[0-9]{{1,2}}){DIGITS_END}(?=[a-z]|协议|标准)",
        lambda match: f"{digit_reading(match['n'])}点{digit_reading(match['b'])}",
    ),
    number_expression(
        rf"{DIGITS_START}(?P<n>[0-9]{{3,4}})(?=[pPiI](?![A-Za-z]))", _read_uncounted_digits
    ),
    *(
        number_expression(
            rf"(?:(?<={name})|(?<={name}\s))(?P<n>[0-9]{{3,5}}){DIGITS_END}(?![.,]?[0-9]|[万亿%元])",
            _read_chip,
        )
        for name in _CHIP_NAMES.removeprefix("(?:").removesuffix(")").split("|")
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>[0-9]{{4,5}})(?=(?:X3D|XTX|XT|X|KF|KS|HX|HS|HK|HQ|GE|Ti|SUPER)(?![A-Za-z0-9]))",
        _read_digits,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>[0-9]{{3,4}}[1-9][0-9]{{0,1}}|1[0-9]{{2}}00|[2-9][3679]00)(?=[KFHU](?![A-Za-z0-9])(?!的?色温|[的]?[光灯]))",
        lambda match: None if "色温" in match.string else digit_reading(match["n"]),
    ),
)
"""In the order they are tried: from the most to the least specific."""
