"""`output/index.html`: every episode with its poster, length and files, readable from disk."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.messages import message
from pipeline.messages.static_page import (
    SWITCH_SCRIPT,
    language_style,
    language_switch,
    localized_html,
)
from pipeline.timebase import clock_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.batch.result import EpisodeResult

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --dim: #888; }
body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  margin: 3rem auto; max-width: 72rem; padding: 0 1.5rem; }
header { display: flex; justify-content: space-between; align-items: baseline; }
h1 { font-size: 1.6rem; margin: 0 0 2rem; }
ul { list-style: none; padding: 0; display: grid; gap: 2rem;
  grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); }
li { border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
img { width: 100%; aspect-ratio: 16 / 9; object-fit: cover; display: block;
  background: var(--line); }
section { padding: 1rem 1.2rem 1.2rem; }
h2 { font-size: 1.1rem; margin: 0 0 .2rem; }
p { margin: .2rem 0 .8rem; color: var(--dim); }
p.bad { color: #c33; }
a { margin-right: .8rem; white-space: nowrap; }
"""


def render_index_page(results: Sequence[EpisodeResult]) -> str:
    """Return the page for a batch's results; every name and sentence is escaped."""
    items = "\n".join(_episode_element(result) for result in results)
    heading = message("review.episodes")
    return (
        f'<!doctype html>\n<html lang="zh" data-language="zh"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{html.escape(heading)}</title>'
        f"<style>{_STYLE}{language_style()}</style>\n"
        f"<header><h1>{localized_html(heading)}</h1>{language_switch()}</header>\n"
        f"<ul>\n{items}\n</ul>\n<script>{SWITCH_SCRIPT}</script>\n</html>\n"
    )


def _episode_element(result: EpisodeResult) -> str:
    title = result.report["title"] if result.report else result.name
    links = " ".join(
        f'<a href="{_file_href(result.name, name)}">'
        f"{html.escape(name.removeprefix(f'{result.name}.'))}</a>"
        for name in result.files
    )
    poster = (
        f'<img src="{_file_href(result.name, "poster.png")}" alt="">'
        if "poster.png" in result.files
        else ""
    )
    if result.report:
        length = clock_text(round(result.report["seconds"]) * 1000)
        detail_html = f"<p>{length} · {html.escape(result.name)}</p>"
    else:
        detail_html = f'<p class="bad">{localized_html(result.failure)}</p>'
    return f"<li>{poster}<section><h2>{html.escape(title)}</h2>{detail_html}{links}</section></li>"


def _file_href(folder: str, name: str) -> str:
    return html.escape(f"{quote(folder, safe='')}/{quote(name, safe='')}", quote=True)
