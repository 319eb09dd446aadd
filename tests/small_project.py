"""A small project on disk and the `episode` command, for tests of the whole program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

ROWS = (
    "大家好，欢迎来到《厨房里的科学》",
    "今天我们聊一聊 sourdough bread",
    "也就是天然酵母面包",
    "它的历史可以追溯到公元前1500年的埃及",
    "首先我们来看发酵",
    "酵母菌和乳酸菌在25°C的环境下",
    "大约需要4到6个小时",
    "然后是烘烤",
    "烤箱要预热到230°C，并且放一杯水",
    "这样面包的表皮才会又薄又脆",
    "最后，Maillard反应让它变成金黄色",
    "感谢收看，我们下期再见",
)
ENGLISH = (
    "Hello, and welcome to Kitchen Science.",
    "Today we talk about sourdough bread,",
    "that is, bread raised with wild yeast.",
    "Its history goes back to Egypt in 1500 BC.",
    "First, let’s look at fermentation.",
    "Yeast and lactic acid bacteria, kept at 25 °C,",
    "need about four to six hours.",
    "Then comes the baking.",
    "Heat the oven to 230 °C and put in a cup of water,",
    "so that the crust turns out thin and crisp.",
    "",
    "Thanks for watching, and see you next time.",
)
SETTINGS = """\
title = "天然酵母面包"
title_en = "Sourdough"
[[chapter]]
row = 1
title = "开场"
[[chapter]]
row = 5
title = "发酵"
title_en = "Fermentation"
[[chapter]]
row = 8
title = "烘烤"
[voice]
engine = "espeak"
[picture]
width = 640
height = 360
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command printed
        """The JSON on standard output."""
        return json.loads(self.out)


def episode(*arguments: str, cwd: Path, **environment: str) -> Ran:
    """Run the `episode` command in a folder, as a real process."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=cwd,
        capture_output=True,
        timeout=240,
        check=False,
        env={**os.environ, "COLUMNS": "160", "LC_ALL": "C.UTF-8", **environment},
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def make_project(folder: Path) -> Path:
    """Write the small project into a folder."""
    texts = folder / "transcript"
    texts.mkdir()
    (texts / "bread.txt").write_text("\n".join(ROWS) + "\n", "utf-8")
    (texts / "bread.en.txt").write_text("\n".join(ENGLISH) + "\n", "utf-8")
    (texts / "bread.toml").write_text(SETTINGS, "utf-8")
    return folder
