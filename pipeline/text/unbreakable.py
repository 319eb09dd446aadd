"""Stretches of text that a person reads as one thing: a Latin word, a number with its unit, an address, an emoji.

A line never breaks inside one. What is joined here is found from the characters alone; Chinese words are found in words.py.
"""

from __future__ import annotations

import re

from pipeline.text.unicode_scripts import DIGIT, EMOJI, HAN_NUMERALS, LATIN

MEASURE_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        世纪 年代 年级 周年 周岁 季度 年 月份 月 个月 个多月 个半月 星期 礼拜 周 天 日 号 个小时 小时 刻钟 分钟 秒钟 毫秒 秒
        点半 点钟 点 时 分 岁
        美元 欧元 日元 英镑 港元 港币 台币 人民币 美金 卢布 卢比 韩元 元 块钱 块 毛钱 毛 角
        平方公里 平方千米 平方米 立方厘米 立方米 公里 千米 英里 海里 光年 厘米 毫米 微米 纳米 米 英尺 英寸 寸
        公斤 千克 毫克 微克 克 公吨 吨 斤 两 磅 盎司 毫升 升 亩 公顷 勺 匙 滴 撮
        型 类
        千瓦时 千瓦 兆瓦 瓦 度电 摄氏度 度 伏 安 赫兹 千卡 大卡 卡 焦耳 帕 比特 字节 像素
        个百分点 百分点 分之一 倍 折 成 维 阶 步 版 代 级 届
        个人 个 名 位 人 家 户 口 条 次 件 种 项 款 部 本 篇 期 集 章 节 页 句 字 段 行 张 台 辆 架 艘 座 栋 层 楼 间 套
        双 只 支 枝 棵 株 颗 粒 枚 片 瓣 头 匹 门 轮 场 回 遍 趟 番 份 组 批 队 排 列 道 面 根 把 杯 碗 瓶 盒 包 袋 箱 桌 床
        股 笔 幅 封 首 则 例 卷 册 群 声 圈 起 所 处 剂 针
        """,
    ),
)
"""What may follow a number and belongs to it."""

_UNIT_PATTERN = "|".join(sorted(MEASURE_WORDS, key=lambda unit: (-len(unit), unit)))
_EMOJI_MODIFIERS = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_WORD_CHARACTERS = f"{LATIN}{DIGIT}\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209c"
_DIGITS = rf"[{DIGIT}\u00bc-\u00be]+"
_DASH = "[-–—~～〜至到]"

_NUMBER = (
    rf"[+\-−±]?[$€£¥￥]?{_DIGITS}(?:[.,:/×+、]{_DIGITS})*"  # 3,087.53  4×100  90+3  2、3
    rf"(?:[%％]?{_DASH}[+\-−]?{_DIGITS}(?:[.,]{_DIGITS})*)?"  # 2到3  20%-30%
)

_MEASURE_PATTERN = rf"[多余来几+＋]?(?:[十百千万亿兆]+[多余]?(?:{_UNIT_PATTERN})?|(?:{_UNIT_PATTERN}))(?:/(?:{_UNIT_PATTERN}))?"
_WORD_PREFIX = rf"(?:(?<![{_WORD_CHARACTERS}])(?:[@#$€£¥￥~+−±]|\.(?=[A-Z])|-{{1,2}}(?=[{_WORD_CHARACTERS}])))?"
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
            # 二十克, 一九八四年, 百分之三十: at least two numerals, for one alone is often part of a word
            rf"百分之[{HAN_NUMERALS}]{{1,20}}(?:点[{HAN_NUMERALS}]{{1,20}})?|[第数好]?[{HAN_NUMERALS}]{{2,20}}[多余]?(?:{_UNIT_PATTERN})",
            # T恤, A股, 维生素C: words half in Latin letters
            r"T恤|[ABH]股|B超|X光|K[歌线]|U盘|4S店|AA制|卡拉OK|维生素[A-K][0-9]*|[ABO]{1,2}型血|双1[12]|[0-9]0后",
            # GPT-4o, DNNresearch, 24/7, C++, .NET, don't, AT&T, $20, 50%, --help, std::move(), 5℃
            rf"{_WORD_PREFIX}[{_WORD_CHARACTERS}_]+(?:{_WORD_JOINT}[{_WORD_CHARACTERS}_]+)*{_WORD_SUFFIX}",
            r"(?:~|\.{1,2})?(?:/[\w.-]+)+",
        ),
    ),
)
"""Finds the next atom; what lies between two atoms is Chinese, punctuation or space."""
