"""Twenty hard rows and their breaks, in `golden_breaks.txt`.

Run this file as a program to write them again.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.subtitle_profiles import CUE_LIMITS, CueLimits
from pipeline.text.linebreak.line_breaker import break_row
from pipeline.text.word_segmenter import Segmenter

GOLDEN = Path(__file__).parent / "golden_breaks.txt"
COLUMNS = {
    "verbatim, 22 visual": CUE_LIMITS["verbatim"],
    "ted-zh, 16 visual": CUE_LIMITS["ted-zh"],
    "netflix-zh, 16 visual": CUE_LIMITS["netflix-zh"],
    "16 strict": CueLimits("strict", 16, 2, 9, width_kind="strict"),
}
ROWS = (
    "以及他在联合创立OpenAI之前、期间以及发布ChatGPT之后的整个经历和思考",
    "Ilya Sutskever出生于上个世纪80年代中期的俄罗斯",
    "Ilya和亚历克斯·克里热夫斯基Alex K",
    "一起完成了题为《使用深度卷积神经网络进行ImageNet分类》这篇著名的AlexNet论文",
    "尽管Yann LeCun和Yoshua Bengio在1995年发表的题为《用于图像、语音和时间序列的卷积网络》的论文中",
    "邀请他与Sam Altman、Greg Brockman以及Elon Musk共进晚餐",
    "如何能创办一个能与Google和Deepmind竞争的人工智能实验室呢？",
    "然后现在DeepMind的CEO Demis Hassabis又说服他不要加入",
    "为什么我们的模型可以以如此精确、可解释和可操纵的方式",
    "Learning to Generate Reviews and Discovering Sentiment（2017）》的论文",
    "它成为了历史上用户增长速度最快的消费型软件工具",
    "班廷因此和约翰·麦克劳德一起获得了1923年的诺贝尔生理学或医学奖",
    "如果两次检查都高于7.0 mmol/L，就可以诊断为糖尿病",
    "建文帝朱允炆到底是死在了火里还是逃到了海外，始终是朱棣心里的一根刺",
    "朱棣的皇位来路不正，所以他特别需要“万国来朝”的场面来证明自己才是天命所归",
    "但是热的肉突然遇到冷水，表面的蛋白质会迅速收缩，吃起来就会又硬又柴",
    "代码不到100行，但是会用到dataclass、argparse和json这三个标准库",
    "完整的代码我放在了GitHub上，链接是https://github.com/example/todo-cli",
    "公司在2023年3月14日宣布完成20亿美元的融资，估值比一年前上涨了20%～30%",
    "她每天24/7地写C++和.NET，后来因为COVID-19在家里工作了三百六十五天",
    "his whole path and thinking before OpenAI, while co-founding it, and after ChatGPT —",
    "“Why does our model, in such a precise, interpretable and manipulable way,",
)


def table(segmenter: Segmenter) -> str:
    """Return every row with its breaks at each profile: `/` between lines, `‖` between cues."""
    text = ""
    for row in ROWS:
        text += f"{row}\n"
        columns = (
            {"netflix-en, 42 strict": CUE_LIMITS["netflix-en"]}
            if row.isascii() or row[0] in "“h"
            else COLUMNS
        )
        for name, limits in columns.items():
            cues = [" / ".join(part.lines) for part in break_row(row, limits, segmenter)]
            text += f"    {name:<22} {' ‖ '.join(cues)}\n"
    return text


def test_break_row_matches_the_golden_rows(segmenter: Segmenter) -> None:
    """A person read these breaks; a change of them is read again."""
    assert table(segmenter) == GOLDEN.read_text("utf-8")


if __name__ == "__main__":
    GOLDEN.write_text(table(Segmenter()), "utf-8")
