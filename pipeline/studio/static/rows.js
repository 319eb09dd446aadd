// The list of rows. The browser lays out and paints only what is in view (`content-visibility`), so thousands of rows stay
// fast, can be found with the browser's own search, and are all available to a screen reader.

import { byId, make, toast } from './dom.js';
import { say } from './messages.js';
import { rowActions, rowElement, needsReview } from './row.js';
import { Voice } from './voice.js';

export class Rows extends EventTarget {
  constructor(episode, player) {
    super();
    Object.assign(this, { episode, player, list: byId('rows'), items: [], selected: -1, playing: -1, following: true, sorted: false });
    this.index = new WeakMap();
    this.keeper = null;  // the editor, which keeps its draft while a row's element is replaced
    this.rest = make('li', { class: 'rest', role: 'separator' }, make('span', {}, say('other_rows')));
    this.actions = rowActions();
    this.speech = new Voice(episode, player);
    this.list.addEventListener('click', event => this.click(event));
    this.list.addEventListener('dblclick', event => { const at = this.at(event.target); if (at >= 0 && !event.target.closest('button, .editor')) this.emit('edit', this.aim(event, at)); });
    for (const name of ['wheel', 'touchmove']) this.list.addEventListener(name, () => this.follow(false), { passive: true });
    this.list.addEventListener('pointerdown', event => { if (event.target === this.list) this.follow(false); });
    byId('follow').addEventListener('click', () => this.follow(true));
    byId('first').addEventListener('click', () => this.sort(!this.sorted));
    byId('next-flag').addEventListener('click', () => this.flag(1));
    byId('previous-flag').addEventListener('click', () => this.flag(-1));
    player.on('move', () => this.move());
    episode.on('patch', detail => this.patched(detail));
  }

  /** Build all rows again. */
  show() {
    const top = this.list.scrollTop, held = this.keeper?.hold(), focused = this.list.contains(document.activeElement);
    this.items = this.episode.rows.map((row, index) => this.item(row, index));
    this.arrange();
    this.list.removeAttribute('aria-busy');
    this.list.scrollTop = top;
    this.playing = -1;
    const selected = Math.min(Math.max(this.selected, 0), this.items.length - 1);
    this.selected = -1;
    this.select(selected, { quiet: true, focus: focused });
    this.move();
    this.showCounts();
    this.keeper?.restore(held, held?.index);
  }

  /** Select a row; `go` seeks there, `quiet` leaves the scroll where it is. */
  select(index, { go = false, quiet = false, focus = false } = {}) {
    if (!this.items.length) return;
    const at = Math.min(Math.max(index, 0), this.items.length - 1), item = this.items[at], row = this.episode.rows[at];
    if (at !== this.selected) {
      const old = this.items[this.selected];
      old?.classList.remove('selected');
      old?.setAttribute('tabindex', '-1');
      item.classList.add('selected');
      item.tabIndex = 0;
      this.selected = at;
      item.append(this.actions);
      this.actions.querySelector('[data-do=untime]').hidden = !row.corrected;
      this.actions.querySelector('[data-do=merge]').hidden = at + 1 >= this.items.length;
    }
    if (go) { this.follow(true); this.player.seekRow(row); }
    if (focus) item.focus({ preventScroll: true });
    if (!quiet) this.reveal(item);
    this.emit('marked');
    this.emit('selected');
  }

  /** Move the selection by rows, in the order they are shown in, and go there. */
  by(steps) {
    const shown = this.shown();
    const at = shown.indexOf(this.items[this.selected]);
    const next = shown[Math.min(Math.max(at + steps, 0), shown.length - 1)];
    this.select(this.indexOf(next), { go: true, focus: true });
  }

  ends(last) {
    const shown = this.shown();
    this.select(this.indexOf(last ? shown.at(-1) : shown[0]), { go: true, focus: true });
  }

  /** Select the next row to review, starting at the selected one and wrapping around. */
  flag(direction) {
    const { rows } = this.episode, { length } = rows;
    for (let step = 1; step <= length; step += 1) {
      const at = ((this.selected + step * direction) % length + length) % length;
      if (needsReview(rows[at])) { this.select(at, { go: true, focus: true }); return; }
    }
    toast(say('no_flags'));
  }

  /** Sort flagged rows first, or all in order. Edits do not change the order; only this call does. */
  sort(on) {
    if (on && !this.episode.rows.some(needsReview)) { toast(say('no_flags')); return; }
    this.sorted = on;
    byId('first').setAttribute('aria-pressed', String(on));
    this.arrange();
    if (on) this.list.scrollTop = 0; else this.reveal(this.items[this.selected], true);
  }

  /** Follow playback, or stop following. */
  follow(on) {
    this.following = on;
    this.brought = null;
    if (on) { byId('follow').hidden = true; this.center(this.items[this.playing]); }
    else this.updateFollowButton();
    this.emit('following');
  }

  indexOf(item) { return this.index.get(item) ?? -1; }
  at(target) { const item = target.closest?.('.row'); return item ? this.indexOf(item) : -1; }
  shown() { return this.sorted ? [...this.list.querySelectorAll(':scope > .row')] : this.items; }

  /** Show the new texts of a row before the server has answered. */
  preview(index, { text, second }) {
    const item = this.items[index];
    item.classList.add('saving');
    if (text !== undefined) item.querySelector('.text').textContent = text;
    if (second !== undefined && item.querySelector('.second')) item.querySelector('.second').textContent = second;
  }

  patched({ at, drop, rows, moved }) {
    if (!drop && !rows.length) return;
    const held = this.keeper?.hold();
    const fresh = rows.map((row, offset) => this.item(row, at + offset));
    const old = this.items.slice(at, at + drop);
    const focused = old.some(item => item.contains(document.activeElement));
    const selected = this.selected;
    this.selected = -1;
    const before = old[0] ?? null;
    if (before) before.replaceWith(...fresh);
    else this.items[at] ? this.items[at].before(...fresh) : this.list.append(...fresh);
    for (const item of old.slice(1)) item.remove();
    this.items.splice(at, drop, ...fresh);
    if (moved) {
      for (let index = at + fresh.length; index < this.items.length; index += 1) {
        this.index.set(this.items[index], index);
        this.items[index].querySelector('.number').textContent = index + 1;
      }
    }
    this.items[this.playing]?.classList.remove('playing');
    this.playing = -1;
    const keep = selected >= at + drop ? selected + moved : Math.min(selected, at + Math.max(fresh.length - 1, 0));
    this.select(keep, { quiet: true, focus: focused });
    this.move();
    this.showCounts();
    this.keeper?.restore(held, held && (held.index >= at + drop ? held.index + moved : held.index));
  }

  item(row, index) {
    const item = rowElement(row, this.episode.document);
    this.index.set(item, index);
    return item;
  }

  /** Play a row in the voice of the settings. */
  voice(index = this.selected) { if (this.items[index]) this.speech.play(index + 1, this.items[index]); }

  click(event) {
    const index = this.at(event.target), button = event.target.closest('button[data-do]');
    if (index < 0 || event.target.closest('.editor')) return;
    if (button?.dataset.do === 'voice') { this.voice(index); return; }
    if (button) { this.select(index, { quiet: true }); this.emit(button.dataset.do, index); return; }
    if (getSelection()?.toString() && getSelection().anchorNode && this.items[index].contains(getSelection().anchorNode)) return;
    this.select(index, { go: true, quiet: true, focus: true });
  }

  /** Return where a double click puts the caret. */
  aim(event, index) {
    const second = Boolean(event.target.closest('.second'));
    const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    return { index, second, caret: place?.offset ?? null };
  }

  move() {
    const index = this.episode.indexAt(this.player.ms);
    if (index === this.playing) return;
    const old = this.items[this.playing], item = this.items[index];
    old?.classList.remove('playing');
    old?.removeAttribute('aria-current');
    item?.classList.add('playing');
    item?.setAttribute('aria-current', 'true');
    this.playing = index;
    if (this.following && !this.list.querySelector('.editor')) {
      if (this.player.playing && index >= 0) this.select(index, { quiet: true });
      this.center(item);
    }
    this.updateFollowButton();
    this.emit('marked');
  }

  updateFollowButton() {
    const item = this.items[this.playing];
    if (this.following || !item || !this.player.playing) { byId('follow').hidden = true; return; }
    const { top, bottom } = this.list.getBoundingClientRect(), box = item.getBoundingClientRect();
    byId('follow').hidden = box.top >= top && box.bottom <= bottom;
  }

  /** Keep the playing row in the upper middle; scroll only when it leaves there. */
  center(item) {
    if (!item) return;
    const { top, height } = this.list.getBoundingClientRect(), box = item.getBoundingClientRect();
    const offset = box.top - top;
    if (offset >= height * 0.08 && offset + box.height <= height * 0.62) return;
    this.bring(item, height * 0.28, Math.abs(offset) < height * 2);
  }

  reveal(item, middle = false) {
    if (!item) return;
    const { top, height } = this.list.getBoundingClientRect(), box = item.getBoundingClientRect();
    const offset = box.top - top;
    if (offset >= 8 && offset + box.height <= height - 8) return;
    const far = middle || offset < -height || offset > height * 2;
    this.bring(item, far ? height * 0.3 : offset < 8 ? height * 0.1 : height * 0.9 - box.height, false);
  }

  /** Scroll a row to a height in the list. Rows on the way have estimated heights until they are shown, so it corrects itself. */
  bring(item, to, smooth, tries = 4) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const off = item.getBoundingClientRect().top - this.list.getBoundingClientRect().top - to;
    if (Math.abs(off) < 2) return;
    this.brought = item;
    this.list.scrollTo({ top: this.list.scrollTop + off, behavior: smooth && !still ? 'smooth' : 'instant' });
    if (smooth || !tries) return;
    requestAnimationFrame(() => requestAnimationFrame(() => { if (this.brought === item) this.bring(item, to, false, tries - 1); }));
  }

  arrange() {
    if (!this.sorted) { this.list.replaceChildren(...this.items); return; }
    const looks = this.episode.rows.map(needsReview);
    const first = this.items.filter((_, index) => looks[index]), rest = this.items.filter((_, index) => !looks[index]);
    this.list.replaceChildren(...first, ...(first.length && rest.length ? [this.rest] : []), ...rest);
  }

  showCounts() {
    const { rows } = this.episode, count = rows.filter(needsReview).length;
    byId('flagged').textContent = say('flagged', { count });
    byId('count').textContent = say('row_count', { count: rows.length });
    for (const id of ['first', 'next-flag', 'previous-flag']) byId(id).disabled = !count;
  }

  emit(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
  on(name, act) { this.addEventListener(name, event => act(event.detail)); }
}
