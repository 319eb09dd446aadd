// Find and replace in both texts. Matches are painted with CSS highlights, so the rows' elements do not change.

import { byId, icon, label, make, toast } from './dom.js';
import { say } from './messages.js';

const MAX_PAINTED = 2000;  // matches

export class Find {
  constructor(episode, rows) {
    Object.assign(this, { episode, rows, box: byId('find'), matches: [], at: -1, cased: false });
    this.build();
    byId('find-open').addEventListener('click', () => (this.box.hidden ? this.open() : this.close()));
    for (const name of ['document', 'patch']) episode.on(name, () => { if (!this.box.hidden) this.searchSoon(); });
  }

  open(replace = false) {
    const chosen = getSelection()?.toString().trim();
    this.box.hidden = false;
    byId('find-open').setAttribute('aria-expanded', 'true');
    if (chosen && !chosen.includes('\n')) this.searchField.value = chosen;
    this.search(true);
    (replace && this.searchField.value ? this.replacementField : this.searchField).focus();
    this.searchField.select();
  }

  close() {
    this.box.hidden = true;
    byId('find-open').setAttribute('aria-expanded', 'false');
    this.paint([]);
    this.rows.select(this.rows.selected, { focus: true });
  }

  /** Go to the next match, or with -1 to the previous one. */
  next(direction = 1) {
    if (this.box.hidden) { this.open(); return; }
    if (!this.matches.length) return;
    this.at = (this.at + direction + this.matches.length) % this.matches.length;
    this.show(true);
  }

  build() {
    const field = (key, attributes) => {
      const input = make('input', { type: 'search', autocomplete: 'off', spellcheck: 'false', placeholder: say(key), maxlength: 200, ...attributes });
      input.setAttribute('aria-label', say(key));
      return input;
    };
    const button = (key, image, act, shortcut) => {
      const made = make('button', { class: 'quiet icon', onclick: act }, icon(image));
      label(made, say(key), shortcut);
      return made;
    };
    this.searchField = field('find_text', { id: 'find-what' });
    this.replacementField = field('replace_text', { id: 'find-into', type: 'text' });
    this.status = make('span', { class: 'dim status', role: 'status' });
    this.case = make('button', { class: 'quiet case', 'aria-pressed': 'false', onclick: () => this.setCase() }, 'Aa');
    label(this.case, say('find_case'));
    this.replaceOneButton = make('button', { class: 'quiet', id: 'replace-one', onclick: () => this.replace() }, say('replace'));
    this.replaceAllButton = make('button', { class: 'quiet', id: 'replace-all', onclick: () => this.replaceAll() }, say('replace_all'));
    this.box.append(
      make('div', { class: 'line' }, this.searchField, this.status, this.case, button('find_previous', 'up', () => this.next(-1), 'Shift+Enter'),
        button('find_next', 'down', () => this.next(1), 'Enter'), button('close', 'close', () => this.close(), 'Esc')),
      make('div', { class: 'line' }, this.replacementField, this.replaceOneButton, this.replaceAllButton));
    this.searchField.addEventListener('input', () => this.search(true));
    this.box.addEventListener('keydown', event => {
      if (event.isComposing) return;
      if (event.key === 'Escape') this.close();
      else if (event.key === 'Enter' && event.target === this.searchField) this.next(event.shiftKey ? -1 : 1);
      else if (event.key === 'Enter' && event.target === this.replacementField) this.replace();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  setCase() {
    this.cased = !this.cased;
    this.case.setAttribute('aria-pressed', String(this.cased));
    this.search(true);
  }

  pattern() {
    return new RegExp(this.searchField.value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), this.cased ? 'gu' : 'giu');
  }

  searchSoon() { this.due ??= requestAnimationFrame(() => { this.due = null; this.search(false); }); }

  search(go) {
    this.matches = [];
    if (this.searchField.value) {
      const pattern = this.pattern();
      this.episode.rows.forEach((row, index) => {
        for (const field of ['text', 'second']) {
          for (const found of (row[field] ?? '').matchAll(pattern)) this.matches.push({ index, field, start: found.index, length: found[0].length });
        }
      });
    }
    if (go) this.at = Math.max(this.matches.findIndex(match => match.index >= this.rows.selected), this.matches.length ? 0 : -1);
    this.at = Math.min(this.at, this.matches.length - 1);
    if (this.at < 0 && this.matches.length) this.at = 0;
    this.show(go);
  }

  show(go) {
    const match = this.matches[this.at], none = !this.matches.length;
    this.status.textContent = this.searchField.value ? (none ? say('find_none') : say('find_count', { number: this.at + 1, count: this.matches.length })) : '';
    this.replaceOneButton.disabled = none;
    this.replaceAllButton.disabled = none;
    if (match && go) this.rows.select(match.index);
    this.paint(this.matches);
  }

  paint(matches) {
    if (!CSS.highlights) return;
    const range = match => {
      const node = this.rows.items[match.index]?.querySelector(match.field === 'text' ? '.text' : '.second')?.firstChild;
      if (!node || node.length < match.start + match.length) return null;
      const made = new Range();
      made.setStart(node, match.start);
      made.setEnd(node, match.start + match.length);
      return made;
    };
    CSS.highlights.set('found', new Highlight(...matches.slice(0, MAX_PAINTED).map(range).filter(Boolean)));
    const now = matches[this.at] && range(matches[this.at]);
    CSS.highlights.set('found-now', new Highlight(...(now ? [now] : [])));
  }

  async replace() {
    const match = this.matches[this.at];
    if (!match) return;
    const row = this.episode.rows[match.index], old = row[match.field];
    const text = old.slice(0, match.start) + this.replacementField.value + old.slice(match.start + match.length);
    if (await this.episode.edit({ kind: match.field, row: row.row, text })) this.search(false);
  }

  /** Replace all matches as one edit that can be undone. */
  async replaceAll() {
    const pattern = this.pattern(), count = this.matches.length, texts = [], seconds = [];
    for (const index of new Set(this.matches.map(match => match.index))) {
      const row = this.episode.rows[index], swap = text => text.replace(pattern, () => this.replacementField.value);
      if (swap(row.text) !== row.text) texts.push({ row: row.row, text: swap(row.text) });
      if (row.second && swap(row.second) !== row.second) seconds.push({ row: row.row, text: swap(row.second) });
    }
    if (await this.episode.edit({ kind: 'texts', texts, seconds })) toast(say('replaced', { count }));
  }
}
