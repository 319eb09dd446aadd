"""`review.html`: one page that opens from disk, with the video, its tracks, every row in step, and what to look at."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.subtitles.formats import vtt
from pipeline.text.line_joining import join_texts
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Cue, Track

_STYLE = """
:root { --ground: #0f1217; --text: #f3f0e9; --dim: #9a9893; --line: #2a2e36; --accent: #f0b43c; --lit: #1b2029; }
@media (prefers-color-scheme: light) {
  :root { --ground: #f7f4ed; --text: #181a1e; --dim: #6d6b66; --line: #dcd8ce; --accent: #c83e26; --lit: #efeadd; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; display: grid;
  grid-template-columns: minmax(0, 5fr) minmax(0, 4fr); height: 100vh; }
main { padding: 2rem; overflow: auto; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
video { width: 100%; background: #000; border-radius: .3rem; }
p { color: var(--dim); margin: .8rem 0; }
aside { overflow: auto; border-left: 1px solid var(--line); }
header { position: sticky; top: 0; background: var(--ground); border-bottom: 1px solid var(--line); padding: .7rem 1rem; }
label { color: var(--dim); }
table { border-collapse: collapse; width: 100%; }
tr { cursor: pointer; border-bottom: 1px solid var(--line); }
tr.on { background: var(--lit); box-shadow: inset 3px 0 var(--accent); }
td { padding: .4rem .7rem; vertical-align: top; }
td.number, td.time { color: var(--dim); font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right; }
td small { display: block; color: var(--dim); font-family: system-ui, sans-serif; }
td b { display: block; color: var(--accent); font-weight: 500; font-size: .85rem; }
.flagged tr:not([data-flag]) { display: none; }
"""

_SCRIPT = """
const video = document.querySelector('video'), rows = [...document.querySelectorAll('tr')];
const starts = rows.map(row => +row.dataset.start / 1000);
let on = -1;
rows.forEach(row => row.addEventListener('click', () => { video.currentTime = +row.dataset.start / 1000 + 0.001; video.play(); }));
function follow() {
  let low = 0, high = starts.length;
  while (low < high) { const middle = (low + high) >> 1; starts[middle] <= video.currentTime ? low = middle + 1 : high = middle; }
  if (low - 1 === on) return;
  rows[on]?.classList.remove('on'); on = low - 1;
  rows[on]?.classList.add('on'); rows[on]?.scrollIntoView({block: 'nearest'});
}
video.addEventListener('timeupdate', follow); video.addEventListener('seeked', follow);
const table = document.querySelector('table');
document.querySelector('input').addEventListener('change', event => table.classList.toggle('flagged', event.target.checked));
"""


def render_review_page(
    title: str,
    video_name: str,
    tracks: Sequence[Track],
    flags: Mapping[int, Sequence[str]],
    notices: Sequence[str],
    *,
    burned_languages: frozenset[str],
) -> str:
    """Return the page. `film` is the video's file name beside it, `tracks` the episode's own language first, `flags` sentences by row.

    The first track that is not `burnt` into the picture is on.
    """
    default_track = next(
        (track for track in tracks if track.language not in burned_languages), None
    )
    track_html = "".join(
        _track_element(track, is_default=track is default_track) for track in tracks
    )
    translation_by_row = _translation_by_row(tracks[1:])
    rows = "".join(
        _row_element(cue, translation_by_row.get(cue.row, ""), flags.get(cue.row, ()))
        for cue in tracks[0].cues
    )
    notice_html = "".join(f"<p>{html.escape(notice)}</p>" for notice in notices)
    flagged_count = sum(1 for row in flags if flags[row])
    return (
        f'<!doctype html>\n<html lang="{html.escape(tracks[0].language, quote=True)}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">\n<title>{html.escape(title)}</title><style>{_STYLE}</style>\n'
        f"<main><h1>{html.escape(title)}</h1>"
        f'<video controls preload="metadata" src="{html.escape(quote(video_name), quote=True)}">{track_html}</video>'
        f"{notice_html}</main>\n<aside><header><label><input type=checkbox> 只看有提示的行 · only rows to look at ({flagged_count})</label></header>"
        f"<table>{rows}</table></aside>\n<script>{_SCRIPT}</script>\n</html>\n"
    )


def _track_element(track: Track, *, is_default: bool) -> str:
    """Return a track with its text inside the page: browsers load no subtitle file from disk."""
    data = base64.b64encode(vtt.compose(track, style=False).encode()).decode()
    language = html.escape(track.language, quote=True)
    chosen = " default" if is_default else ""
    return f'<track kind="subtitles" srclang="{language}" label="{language}" src="data:text/vtt;base64,{data}"{chosen}>'


def _translation_by_row(tracks: Sequence[Track]) -> dict[int, str]:
    lines: dict[int, str] = {}
    for cue in (cue for track in tracks[:1] for cue in track.cues):
        lines[cue.row] = f"{lines.get(cue.row, '')} {' '.join(cue.lines)}".strip()
    return lines


def _row_element(cue: Cue, translation: str, flags: Sequence[str]) -> str:
    ms, text = ms_from_samples(cue.span.start), join_texts(cue.lines)
    length = max(ms_from_samples(cue.span.end) - ms, 1)
    flag_html = "".join(f"<b>{html.escape(sentence)}</b>" for sentence in flags)
    speed = len("".join(text.split())) * 1000 / length
    flag = " data-flag" if flag_html else ""
    start_time = f"{ms // 60_000}:{ms // 1000 % 60:02d}.{ms % 1000 // 100}"
    translation_html = f'<small lang="en">{html.escape(translation)}</small>' if translation else ""
    return (
        f'<tr data-start="{ms}"{flag}><td class="number">{cue.row}</td><td class="time">{start_time}<small>{speed:.1f} cps</small></td>'
        f"<td>{html.escape(text)}{translation_html}{flag_html}</td></tr>"
    )
