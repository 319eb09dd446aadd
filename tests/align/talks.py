"""Talks for the aligner's tests, by subject, in rows; a blank ends a sentence."""

from __future__ import annotations

_MEDICINE = """
今天我们来聊一聊高血压
这个被称为沉默杀手的慢性病

全世界大约有十三亿人受到它的影响
但其中将近一半的人
并不知道自己已经患病

血压由心脏的输出量
和血管的阻力共同决定

如果长期超过一百四十毫米汞柱
血管壁就会慢慢变硬
最后伤到心脏、肾脏和大脑

医生通常会先建议少吃盐
每天走三十分钟
再考虑使用ACE抑制剂这一类药物

测量的时候请坐着休息五分钟
手臂放在和心脏一样高的位置
连续量两次取平均值
"""

_COOKING = """
红烧肉要选肥瘦相间的五花肉
切成两厘米见方的小块

冷水下锅，加几片姜
水开以后撇去浮沫
捞出来用温水冲干净

锅里放一点点油
小火把冰糖慢慢炒成琥珀色
这一步千万不能着急

把肉倒进去翻炒
让每一块都裹上糖色

然后加黄酒、生抽和老抽
再倒入没过肉的热水
盖上盖子炖一个小时

最后开大火收汁
撒上葱花就可以出锅了
"""

_HISTORY = """
一四零五年的夏天
郑和率领两百多艘船
从苏州的刘家港出发

船队里最大的宝船
据说长达一百二十多米
不过这个数字一直有争议

他们带着丝绸、瓷器和茶叶
一路经过占城、爪哇和锡兰

前后二十八年间
郑和一共出海七次
最远到达了非洲的东海岸

可惜后来朝廷改变了主意
大部分航海档案也被毁掉了

直到几十年以后
葡萄牙人才绕过好望角
来到了印度洋
"""

_CODE = """
这一节我们用Python写一个小程序
它会读取一个文本文件
然后统计每个单词出现的次数

首先导入collections里面的Counter
接着用open打开文件
记得写上encoding等于UTF eight

很多新手会忘记关闭文件
所以推荐使用with语句
这样即使出错也会自动释放

运行之后你会看到一个dictionary
按照次数从高到低排列

如果文件特别大
可以一行一行地读
内存就不会爆掉

最后把结果写进JSON
再提交到GitHub上面
这个练习就完成了
"""

_MIXED = """
上个月Google发布了新的Gemini模型
它一次可以处理两百万个token

Sam Altman在X上回应说
OpenAI很快会推出GPT five
但是没有给出具体的时间

与此同时，Anthropic的Claude
在编程测试SWE bench上拿到了第一名

Nvidia的股价随后上涨了百分之六
市值超过三万亿美元

我觉得最有意思的是
这些公司都开始谈论safety
以及怎样让open source社区参与进来
"""

_ENGLISH = """
The morning market opens before sunrise
and the farmers are already setting out their tables

A good loaf of bread needs only four things
flour, water, salt and a great deal of patience

When the first railway reached the valley
nobody in the village believed
that it would change their lives

The telescope was pointed at a dark patch of sky
and after ten days it had counted
more than three thousand galaxies

If you want to learn a new language
start with the hundred most common words
and listen to them every day

Software is never really finished
it is only released
and then it is repaired for years

The bridge was built without a single nail
and it has carried carts for six hundred years
"""

TALKS: dict[str, str] = {
    "medicine": _MEDICINE,
    "cooking": _COOKING,
    "history": _HISTORY,
    "code": _CODE,
    "mixed": _MIXED,
    "english": _ENGLISH,
}


def sentences(*names: str) -> list[list[str]]:
    """Return the rows of talks, grouped into sentences; all Chinese talks if none is named."""
    text = "\n".join(
        TALKS[name] for name in (names or [name for name in TALKS if name != "english"])
    )
    return [block.strip().splitlines() for block in text.split("\n\n") if block.strip()]
