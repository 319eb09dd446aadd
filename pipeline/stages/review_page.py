"""`review.html`: a page that opens from disk, with the video, its tracks, rows and flags."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.messages import message
from pipeline.messages.static_page import (
    SWITCH_SCRIPT,
    initial_language,
    language_style,
    language_switch,
    localized_html,
)
from pipeline.subtitles.formats import vtt
from pipeline.text.line_joining import join_texts
from pipeline.timebase import clock_text, ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Cue, Track

_STYLE = """
:root { --ground: #0f1217; --text: #f3f0e9; --dim: #9a9893; --line: #2a2e36;
  --accent: #f0b43c; --lit: #1b2029; }
@media (prefers-color-scheme: light) {
  :root { --ground: #f7f4ed; --text: #181a1e; --dim: #6d6b66; --line: #dcd8ce;
    --accent: #c83e26; --lit: #efeadd; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); height: 100vh;
  font: 15px/1.5 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif;
  display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 4fr); }
main { padding: 2rem; overflow: auto; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
video { width: 100%; background: #000; border-radius: .3rem; }
p { color: var(--dim); margin: .8rem 0; }
aside { overflow: auto; border-left: 1px solid var(--line); }
header { display: flex; justify-content: space-between; gap: 1rem; position: sticky; top: 0;
  background: var(--ground); border-bottom: 1px solid var(--line); padding: .7rem 1rem;
  color: var(--dim); }
table { border-collapse: collapse; width: 100%; }
tr { cursor: pointer; border-bottom: 1px solid var(--line); }
tr.on { background: var(--lit); box-shadow: inset 3px 0 var(--accent); }
td { padding: .4rem .7rem; vertical-align: top; }
td.number, td.time { color: var(--dim); font-variant-numeric: tabular-nums; white-space: nowrap;
  text-align: right; }
td small { display: block; color: var(--dim); font-family: system-ui, sans-serif; }
td b { display: block; color: var(--accent); font-weight: 500; font-size: .85rem; }
.flagged tr:not([data-flag]) { display: none; }
"""

_SCRIPT = """
const video = document.querySelector('video'), table = document.querySelector('table');
const rows = [...document.querySelectorAll('tr')];
const starts = rows.map(row => +row.dataset.start / 1000);
let current = -1;
rows.forEach((row, index) => row.addEventListener('click', () => {
  video.currentTime = starts[index] + 0.001;
  video.play();
}));
function follow() {
  let low = 0, high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    starts[middle] <= video.currentTime ? low = middle + 1 : high = middle;
  }
  if (low - 1 === current) return;
  rows[current]?.classList.remove('on');
  current = low - 1;
  rows[current]?.classList.add('on');
  rows[current]?.scrollIntoView({block: 'nearest'});
}
for (const name of ['timeupdate', 'seeked']) video.addEventListener(name, follow);
document.querySelector('input').addEventListener('change', event => {
  table.classList.toggle('flagged', event.target.checked);
});
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
    """Return the page as HTML.

    `video_name` is the file beside the page. `tracks` begin with the episode's own language.
    `flags` has sentences by row number. The first track that is not burned into the picture is
    switched on.
    """
    default_track = next(
        (track for track in tracks if track.language not in burned_languages), None
    )
    track_html = "".join(
        _track_element(track, is_default=track is default_track) for track in tracks
    )
    translations = _translations_by_row(tracks[1:])
    rows = "".join(
        _row_element(cue, translations.get(cue.row, ""), flags.get(cue.row, ()))
        for cue in tracks[0].cues
    )
    notice_html = "".join(f"<p>{localized_html(notice)}</p>" for notice in notices)
    flagged_count = sum(1 for row in flags if flags[row])
    only_flagged = localized_html(message("review.only_flagged", count=flagged_count))
    language = html.escape(tracks[0].language, quote=True)
    return (
        f'<!doctype html>\n<html lang="{language}" data-language="{initial_language(language)}">'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">\n'
        f"<title>{html.escape(title)}</title><style>{_STYLE}{language_style()}</style>\n"
        f"<main><h1>{html.escape(title)}</h1>"
        f'<video controls preload="metadata" src="{html.escape(quote(video_name), quote=True)}">'
        f"{track_html}</video>{notice_html}</main>\n"
        f"<aside><header><label><input type=checkbox> {only_flagged}</label>"
        f"{language_switch()}</header>"
        f"<table>{rows}</table></aside>\n<script>{_SCRIPT}{SWITCH_SCRIPT}</script>\n</html>\n"
    )


def _track_element(track: Track, *, is_default: bool) -> str:
    """Return a track with its text inside the page: browsers load no subtitle file from disk."""
    data = base64.b64encode(vtt.compose(track, style=False).encode()).decode()
    language = html.escape(track.language, quote=True)
    default = " default" if is_default else ""
    return (
        f'<track kind="subtitles" srclang="{language}" label="{language}"'
        f' src="data:text/vtt;base64,{data}"{default}>'
    )


def _translations_by_row(tracks: Sequence[Track]) -> dict[int, str]:
    """Return the HTML of the first translation's text by row number."""
    texts: dict[int, str] = {}
    for track in tracks[:1]:
        for cue in track.cues:
            texts[cue.row] = join_texts((texts.get(cue.row, ""), *cue.lines))
    language = html.escape(tracks[0].language, quote=True) if tracks else ""
    return {
        row: f'<small lang="{language}">{html.escape(text)}</small>'
        for row, text in texts.items()
        if text
    }


def _row_element(cue: Cue, translation_html: str, flags: Sequence[str]) -> str:
    start_ms, text = ms_from_samples(cue.span.start), join_texts(cue.lines)
    duration_ms = max(ms_from_samples(cue.span.end) - start_ms, 1)
    flag_html = "".join(f"<b>{localized_html(sentence)}</b>" for sentence in flags)
    cps = len("".join(text.split())) * 1000 / duration_ms
    flag = " data-flag" if flag_html else ""
    start_time = clock_text(start_ms, tenths=True)
    speed_html = localized_html(message("review.cps", cps=f"{cps:.1f}"))
    return (
        f'<tr data-start="{start_ms}"{flag}><td class="number">{cue.row}</td>'
        f'<td class="time">{start_time}<small>{speed_html}</small></td>'
        f"<td>{html.escape(text)}{translation_html}{flag_html}</td></tr>"
    )
