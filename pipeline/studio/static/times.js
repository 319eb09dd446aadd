// Where a row may be moved: in whole frames, and never past a neighbor's other edge.

import { frameMs } from './clock.js';

/** Move an edge of a row by frames: `edge` is start, end or whole. Returns a `times` edit, or null where nothing changes. */
export function moveRow(rows, index, edge, by, fps) {
  const row = rows[index];
  const start = row.start_frame + (edge === 'end' ? 0 : by), end = row.end_frame + (edge === 'start' ? 0 : by);
  return fitSpan(rows, index, { start, end }, fps, edge);
}

/** Return the span nearest to `wish` that leaves each neighbor one frame, as a `times` edit; null where it is the row's own. */
export function fitSpan(rows, index, wish, fps, edge = 'whole') {
  const row = rows[index];
  const least = index > 0 ? rows[index - 1].start_frame + 1 : 0;
  const most = index + 1 < rows.length ? rows[index + 1].end_frame - 1 : Infinity;
  let { start, end } = wish;
  if (edge === 'whole') {
    const shift = start < least ? least - start : end > most ? most - end : 0;
    start += shift;
    end += shift;
  }
  start = Math.min(Math.max(start, least), (edge === 'end' ? row.end_frame : end) - 1);
  if (edge === 'end') start = row.start_frame;
  end = edge === 'start' ? row.end_frame : Math.max(Math.min(end, most), start + 1);
  if (start === row.start_frame && end === row.end_frame) return null;
  return { kind: 'times', row: row.row, start_ms: frameMs(start, fps), end_ms: frameMs(end, fps) };
}

/** Return the index of the row whose start is nearest to a time. */
export function nearestRow(rows, ms) {
  let best = 0;
  for (let index = 1; index < rows.length; index += 1) {
    if (Math.abs(rows[index].start_ms - ms) < Math.abs(rows[best].start_ms - ms)) best = index;
  }
  return best;
}
