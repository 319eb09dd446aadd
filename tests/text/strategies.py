"""Hypothesis strategies of text: Chinese words, Latin names, tokens, punctuation, spaces."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

UNBREAKABLE_TOKENS = (
    *(
        "GPT-4o",
        "DNNresearch",
        "24/7",
        "COVID-19",
        "3.5",
        "20亿美元",
        "2023年3月14日",
        "20%",
        "C++",
        ".NET",
        "Node.js",
        "don’t",
        "naïve",
        "Alex’s",
    ),
    *(
        "a.b@example.com",
        "7.0",
        "第3版",
        "2到3门",
        "180℃",
        "$14.9B",
        "20～30%",
        "1,000,000人",
        "歼-20",
        "9·11",
        "80年代",
        "👨‍👩‍👧",
        "🇨🇳",
        "AT&T",
        "T恤",
    ),
    *(
        "亚历克斯·克里热夫斯基",
        "约翰·冯·诺依曼",
        "弗雷德里克·班廷",
        "三十分钟",
        "四十四丈",
        "第二十次",
        "os.replace()",
        "--version",
    ),
)
"""Tokens a line never breaks inside."""

_CHINESE = (
    *(
        "我们",
        "这个",
        "模型",
        "训练",
        "了",
        "的",
        "在",
        "和",
        "因为",
        "所以",
        "人工智能",
        "深度学习",
        "实验室",
        "发布",
        "不",
        "会",
        "一个",
        "研究",
        "大家",
        "已经",
        "就是",
        "吗",
    ),
    *(
        "血糖",
        "胰岛素",
        "红烧肉",
        "船队",
        "朱棣",
        "时候",
        "之后",
        "上",
        "把",
        "更",
        "非常",
        "重要",
        "说",
        "那么",
        "2005年",
        "着",
        "地",
        "来说",
        "窀穸",
        "龘",
    ),
)
_LATIN = (
    "OpenAI",
    "Ilya Sutskever",
    "Sam Altman",
    "the",
    "of",
    "Learning",
    "token",
    "Mr. Smith",
    "5 GHz",
    "and",
    "Toronto",
    "é",
    "e\u0301tude",
    "Привет",
    "안녕",
)
_MARKS = (
    "，",
    "。",
    "、",
    "：",
    "！",
    "？",
    "；",
    "……",
    "——",
    "“",
    "”",
    "《",
    "》",
    "（",
    "）",
    "(",
    ")",
    '"',
    "'",
    ",",
    ". ",
    "! ",
    "...",
    "…",
    " ",
    "\u3000",
    "-",
    "·",
)

mixed_text = (
    st.lists(
        st.sampled_from((*UNBREAKABLE_TOKENS, *_CHINESE, *_CHINESE, *_LATIN, *_MARKS)),
        min_size=1,
        max_size=40,
    )
    .map("".join)
    .map(str.strip)
    .filter(bool)
)
"""A row of mixed text."""

any_text = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=120)
    .map(str.strip)
    .filter(bool)
)
"""A row of any characters at all."""

quick = settings(max_examples=60, deadline=None)
"""Enough examples for every run of the tests; no deadline, since machines are shared."""
