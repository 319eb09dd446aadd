// The waveform with one region per row, and the time scale shared with the ruler and the strip of slides. Only regions near the
// view are created: all of them would be hundreds of elements with a dozen listeners each.

import WaveSurfer from './wavesurfer.js';
import Regions from './wavesurfer-regions.js';
import { get } from './api.js';
import { clock, nearestFrame } from './clock.js';
import { byId, make } from './dom.js';
import { fitSpan } from './times.js';

const NUMBER_FROM = 42, TEXT_FROM = 72;  // pixels of width from which a region shows its number, and its text
const ZOOMS = [2, 5, 10, 20, 35, 60, 100, 160, 250, 400];  // pixels per second

/** Draw peaks as one shape on the lower edge; the upper quarter is for the regions' text. */
function drawPeaks([peaks], pen) {
  const { width, height } = pen.canvas, count = Math.max(Math.min(width, peaks.length), 1);
  const y = at => height - 1 - height * 0.74 * at;
  const loudest = at => {
    let most = 0;
    for (let index = Math.floor(at * peaks.length / count); index < Math.max((at + 1) * peaks.length / count, 1); index += 1) most = Math.max(most, peaks[index] ?? 0);
    return most;
  };
  pen.beginPath();
  pen.moveTo(0, height);
  pen.lineTo(0, y(loudest(0)));
  for (let at = 0; at < count; at += 1) pen.lineTo((at + 0.5) / count * width, y(loudest(at)));
  pen.lineTo(width, y(loudest(count - 1)));
  pen.lineTo(width, height);
  pen.fill();
}

/** wavesurfer with the episode's length, which differs from the video's by a frame or where that is outdated. */
class Surfer extends WaveSurfer {
  getDuration() { return this.getDecodedData()?.duration ?? this.options.duration; }
  setTime(time) { this.options.go?.(time * 1000); }
}

export class Wave extends EventTarget {
  constructor(episode, player) {
    super();
    Object.assign(this, { episode, player, box: byId('wave'), regions: new Map(), stale: [], zoom: 60, selected: -1, playing: -1, following: true });
    this.peaks = { source: null, values: new Float32Array(2), per: 0 };
    player.on('media', () => this.build());
    player.on('move', () => this.follow());
    player.on('sought', () => { this.following = true; this.reveal(player.ms); });
    episode.on('patch', detail => this.patched(detail));
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => this.build());
    this.box.addEventListener('wheel', event => this.wheel(event), { passive: false });
    byId('zoom-in').addEventListener('click', () => this.zoomBy(1));
    byId('zoom-out').addEventListener('click', () => this.zoomBy(-1));
    byId('zoom-fit').addEventListener('click', () => this.fit());
    new ResizeObserver(() => this.viewed()).observe(this.box);
  }

  /** Show the document's regions at once, and new peaks as soon as they are loaded. */
  show() {
    if (!this.surfer || this.length !== this.episode.length) this.build();
    else { this.clearRegions(); this.viewed(); }
    const { peaks } = this.episode.document;
    if (peaks && peaks !== this.peaks.source) this.loadPeaks(peaks);
  }

  async loadPeaks(source) {
    const answer = await get(source).catch(() => null);  // without peaks the timeline still shows the rows
    if (!answer || this.episode.document.peaks !== source) return;
    this.peaks = { source, per: answer.per_second, values: Float32Array.from(answer.peaks, value => value / 127) };
    this.build();
  }

  /** The visible range in ms, and its scale. */
  view() {
    const scroll = this.surfer?.getScroll() ?? 0, scale = this.scale(), width = this.box.clientWidth;
    return { from: scroll / scale * 1000, to: (scroll + width) / scale * 1000, scale, scroll, width };
  }

  /** Pixels per second: the zoom, or more where the whole episode would be narrower than the page. */
  scale() { return Math.max(this.zoom, this.box.clientWidth / Math.max(this.episode.length / 1000, 0.001)); }

  zoomBy(steps) {
    const now = this.scale();
    const at = steps > 0 ? ZOOMS.findIndex(zoom => zoom > now * 1.01) : ZOOMS.findLastIndex(zoom => zoom < now * 0.99);
    if (at >= 0) this.zoomTo(ZOOMS[at]);
    else if (steps < 0) this.fit();
  }

  fit() { this.zoomTo(this.box.clientWidth / Math.max(this.episode.length / 1000, 0.001)); }

  /** Change the scale and keep one time in place: the given pixel's, or the playback position's if that is visible. */
  zoomTo(zoom, pixel = null) {
    const before = this.view(), cursor = this.player.ms / 1000 * before.scale - before.scroll;
    const fixed = pixel ?? (cursor >= 0 && cursor <= before.width ? cursor : before.width / 2);
    const time = (before.scroll + fixed) / before.scale;
    this.zoom = zoom;
    this.clearRegions();  // their content depends on their width
    this.surfer?.zoom(zoom);
    this.surfer?.setScroll(time * this.scale() - fixed);
    this.viewed();
  }

  /** Highlight the selected and the playing row. */
  mark(selected, playing) {
    const touched = new Set([this.selected, this.playing, selected, playing]);
    Object.assign(this, { selected, playing });
    for (const index of touched) this.paint(index);
  }

  /** Scroll a range into view. */
  reveal(ms, until = ms) {
    const { from, to, scale, width } = this.view();
    if (ms < from || until > to) this.surfer?.setScroll(ms / 1000 * scale - width * 0.15);
    this.viewed();
  }

  build() {
    const scroll = this.surfer?.getScroll() ?? 0;
    if (this.surfer) this.stale.push(this.surfer);
    this.clearRegions();
    this.length = this.episode.length;
    if (!this.length) return;
    const style = getComputedStyle(this.box), colour = name => style.getPropertyValue(name).trim();
    const inner = make('div', { class: 'surface' });
    this.box.append(inner);
    const plugin = Regions.create();
    this.surfer = new Surfer({
      container: inner, height: 'auto', media: this.player.source ? this.player.video : undefined, peaks: [this.fittingPeaks()],
      duration: this.length / 1000, minPxPerSec: this.zoom, waveColor: colour('--wave'), progressColor: colour('--wave-past'),
      cursorColor: colour('--accent'), cursorWidth: 2, autoScroll: false, autoCenter: false, hideScrollbar: true,
      renderFunction: drawPeaks, cspNonce: document.body.dataset.nonce, plugins: [plugin],
      go: ms => { this.following = true; this.player.seek(ms); },
    });
    this.plugin = plugin;
    this.surfer.on('scroll', () => this.viewed());
    this.surfer.on('redraw', () => this.viewed());
    this.surfer.on('error', () => {});  // the player reports a video that does not play
    const { surfer } = this;
    surfer.once('ready', () => {
      if (surfer !== this.surfer) return;  // a newer one replaces this one
      surfer.setScroll(scroll);
      for (const old of this.stale) { old.destroy(); old.options.container.remove(); }
      this.stale = [];
      this.follow();
      this.viewed();
      this.emit('ready');
    });
    plugin.on('region-update', (region, side) => this.dragging(region, side));
    plugin.on('region-updated', (region, side) => this.dropped(region, side));
    plugin.on('region-clicked', region => this.emit('choose', { index: region.index }));
    plugin.on('region-double-clicked', (region, event) => { event.stopPropagation(); this.player.playRow(this.episode.rows[region.index]); });
  }

  /** The peaks for exactly the episode's length. */
  fittingPeaks() {
    const { per, values } = this.peaks;
    if (!per) return values;
    const all = new Float32Array(Math.max(Math.ceil(this.length / 1000 * per), 2));
    all.set(values.subarray(0, all.length));
    return all;
  }

  viewed() {
    if (!this.surfer?.getDecodedData()) return;
    const { from, to, scale } = this.view(), { rows } = this.episode, margin = (to - from) * 0.5;
    const first = Math.max(this.episode.indexAt(from - margin), 0);
    const wide = scale >= 8;  // below this a region is too narrow to grab
    for (const [index, region] of this.regions) {
      if (region.busy || (wide && index < rows.length && rows[index].end_ms >= from - margin && rows[index].start_ms <= to + margin)) continue;
      region.remove();
      this.regions.delete(index);
    }
    for (let index = first; wide && index < rows.length && rows[index].start_ms <= to + margin; index += 1) {
      if (!this.regions.has(index)) this.add(index);
    }
    this.emit('view');
  }

  add(index) {
    const row = this.episode.rows[index], width = (row.end_ms - row.start_ms) / 1000 * this.scale();
    const content = make('div', {});
    if (width >= NUMBER_FROM) content.append(make('span', { part: 'region-number' }, String(row.row)));
    if (width >= TEXT_FROM) content.append(make('span', { part: 'region-text' }, row.text));
    for (const cue of row.cues.slice(1)) {
      const cut = make('i', { part: 'region-cut' });
      cut.style.left = `${(cue.start_ms - row.start_ms) / Math.max(row.end_ms - row.start_ms, 1) * 100}%`;
      content.append(cut);
    }
    const coarse = matchMedia('(pointer: coarse)').matches;
    const region = this.plugin.addRegion({ start: row.start_ms / 1000, end: row.end_ms / 1000, drag: !coarse, content, color: 'transparent' });
    region.index = index;
    this.regions.set(index, region);
    this.paint(index);
  }

  paint(index) {
    const region = this.regions.get(index), row = this.episode.rows[index];
    if (!region?.element || !row) return;
    const states = [['selected', index === this.selected], ['playing', index === this.playing],
      ['flagged', row.flags.some(flag => flag.level !== 'note')], ['corrected', row.corrected]];
    region.element.setAttribute('part', ['region', ...states.filter(state => state[1]).map(state => `region-${state[0]}`)].join(' '));
  }

  clearRegions() {
    for (const region of this.regions.values()) region.remove();
    this.regions.clear();
  }

  patched({ at, drop, rows, moved }) {
    if (!drop && !rows.length) return;
    const last = moved ? Infinity : at + Math.max(drop, rows.length) - 1;
    for (const [index, region] of this.regions) {
      if (index < at || index > last) continue;
      region.remove();
      this.regions.delete(index);
    }
    if (this.length !== this.episode.length && this.episode.length > this.length) this.build();
    else this.viewed();
  }

  /** While an edge is dragged: keep it between the neighbors' other edges and show the times. */
  dragging(region, side) {
    const { rows, fps } = this.episode, { index } = region, row = rows[index];
    region.busy = true;
    const edge = side ?? 'whole', wish = this.wish(region, edge);
    const change = fitSpan(rows, index, wish, fps, edge);
    const start = change?.start_ms ?? row.start_ms, end = change?.end_ms ?? row.end_ms;
    const slack = 1000 / fps;
    if (edge === 'start' && region.start * 1000 < start - slack) region.setOptions({ start: start / 1000 });
    if (edge === 'end' && region.end * 1000 > end + slack) region.setOptions({ end: end / 1000 });
    if (edge === 'whole' && Math.abs(region.start * 1000 - start) > slack) region.setOptions({ start: start / 1000, end: end / 1000 });
    this.paint(index);
    this.emit('dragging', { index, start, end });
    const text = region.content?.querySelector('[part=region-text]');
    if (text) text.textContent = `${clock(start)} – ${clock(end)}`;
  }

  wish(region, edge) {
    const { rows, fps } = this.episode, row = rows[region.index];
    const start = edge === 'end' ? row.start_frame : nearestFrame(region.start * 1000, fps);
    const end = edge === 'start' ? row.end_frame : edge === 'whole' ? start + row.end_frame - row.start_frame : nearestFrame(region.end * 1000, fps);
    return { start, end };
  }

  async dropped(region, side) {
    const { rows, fps } = this.episode, { index } = region, edge = side ?? 'whole';
    const change = fitSpan(rows, index, this.wish(region, edge), fps, edge);
    const saved = change ? await this.episode.edit(change) : false;
    region.busy = false;
    if (!saved && this.regions.get(index) === region) { region.remove(); this.regions.delete(index); this.viewed(); }
    this.emit('dropped', { index });
  }

  /** Keep the position in view during playback: scroll one page when it is near the right edge. */
  follow() {
    this.surfer?.getRenderer().renderProgress(this.player.ms / Math.max(this.episode.length, 1), false);
    if (!this.player.playing || !this.following || !this.surfer) return;
    const { from, to, scale, width } = this.view(), ms = this.player.ms;
    if (ms < from || ms > to - (to - from) * 0.08) this.surfer.setScroll(ms / 1000 * scale - width * 0.08);
  }

  /** Scroll by hand; playback is not followed until the next seek. */
  pan(scroll) {
    this.following = false;
    this.surfer?.setScroll(scroll);
  }

  wheel(event) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      const zoom = Math.min(Math.max(this.scale() * Math.exp(-event.deltaY / 300), 1), 400);
      this.zoomTo(zoom, event.clientX - this.box.getBoundingClientRect().left);
      return;
    }
    const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
    this.pan(this.view().scroll + delta * (event.deltaMode ? 16 : 1));
  }

  emit(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
  on(name, act) { this.addEventListener(name, event => act(event.detail)); }
}
