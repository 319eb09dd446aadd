// Edit a row in place. The row shows the new text at once; the server's response replaces it with the saved text.

import { label, make, toast } from './dom.js';
import { say } from './messages.js';

const FITS_ITSELF = CSS.supports('field-sizing', 'content');  // the browser fits a field to its text

export class Editor {
  constructor(episode, rows, player) {
    Object.assign(this, { episode, rows, player, index: -1, box: null });
    rows.keeper = this;
    rows.on('edit', aim => this.open(typeof aim === 'number' ? { index: aim } : aim));
    rows.on('merge', index => this.merge(index));
    rows.on('untime', index => this.untime(index));
    rows.on('play_row', index => player.playRow(episode.rows[index]));
  }

  get row() { return this.episode.rows[this.index]; }
  get isOpen() { return Boolean(this.box); }

  /** Open a row for editing, with the caret after `caret` characters of its text or translation. */
  open({ index, second = false, caret = null, draft = null }) {
    if (this.box) this.save();
    if (index < 0 || index >= this.episode.rows.length) return;
    this.rows.select(index);
    this.index = index;
    const { row } = this, { language, second: other } = this.episode.document;
    this.text = this.field(draft?.text ?? row.text, language === 'zh' ? 'zh-CN' : language, say('text'));
    this.second = other ? this.field(draft?.second ?? row.second ?? '', other, say('translation')) : null;
    this.count = make('span', { class: 'count' });
    this.box = make('div', { class: 'editor' }, this.text, this.second,
      make('div', { class: 'hint' }, make('span', { class: 'by-keys' }, say('edit_hint')), this.touchButtons(), this.count));
    this.box.addEventListener('focusout', event => { if (!this.box?.contains(event.relatedTarget) && event.relatedTarget !== null) this.save(); });
    const item = this.rows.items[index];
    item.classList.add('editing');
    item.querySelector('.texts').prepend(this.box);
    const field = second && this.second ? this.second : this.text;
    for (const each of [this.text, this.second]) if (each) this.fit(each);
    field.focus({ preventScroll: true });
    const at = caret ?? field.value.length;
    field.setSelectionRange(at, at);
    this.rows.reveal(item);
    this.measure();
  }

  /** Create buttons for devices without a keyboard; pressing one leaves the caret in its field. */
  touchButtons() {
    const button = (key, act) => make('button', { class: 'quiet', tabindex: -1, onpointerdown: event => event.preventDefault(), onclick: act }, say(key));
    return make('div', { class: 'hands' }, button('key_save', () => this.save(true)),
      button('split_short', () => this.split(document.activeElement === this.second ? this.second : this.text)), button('key_cancel', () => this.cancel()));
  }

  field(value, lang, name) {
    const field = make('textarea', { rows: 1, lang, spellcheck: 'false', autocomplete: 'off', maxlength: 2000 });
    field.value = value;
    label(field, name);
    field.title = '';
    field.addEventListener('keydown', event => this.key(event, field));
    field.addEventListener('input', () => { this.fit(field); this.measure(); });
    field.addEventListener('focus', () => { field.visited = true; });
    return field;
  }

  fit(field) {
    if (FITS_ITSELF) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }

  measure() {
    const count = [...this.text.value.replace(/\s/g, '')].length, { row } = this;
    this.count.textContent = say('characters', { count, cps: (count * 1000 / Math.max(row.end_ms - row.start_ms, 1)).toFixed(1) });
  }

  key(event, field) {
    if (event.isComposing || event.keyCode === 229) return;  // Enter and Esc belong to the input method that is composing
    const control = event.ctrlKey || event.metaKey, { index } = this;
    const caret = field.selectionStart === field.selectionEnd ? field.selectionStart : -1;
    const act = {
      Enter: () => { if (event.shiftKey) this.split(field); else { this.save(true); if (control) this.open({ index: index + 1 }); } },
      Escape: () => this.cancel(),
      Backspace: () => (caret === 0 && field === this.text && index > 0 ? this.mergeAbove() : 'type'),
      Delete: () => (caret === field.value.length && field === this.text && index + 1 < this.episode.rows.length ? this.mergeBelow() : 'type'),
      ArrowUp: () => (event.altKey && index > 0 ? this.open({ index: index - 1 }) : 'type'),
      ArrowDown: () => (event.altKey && index + 1 < this.episode.rows.length ? this.open({ index: index + 1 }) : 'type'),
      ' ': () => (control ? this.player.toggle() : 'type'),
    }[event.key];
    if (control && !['Enter', ' '].includes(event.key)) {
      if (event.key.toLowerCase() === 's') { event.preventDefault(); this.save(true); }
      event.stopPropagation();  // undo, copy and paste belong to the field
      return;
    }
    if (act && act() !== 'type') event.preventDefault();
    event.stopPropagation();
  }

  /** Return the edits for the fields that differ from the row. Pasted line ends become spaces. */
  changes() {
    const { row } = this, changes = [];
    const text = this.text.value.replace(/\s*[\r\n]+\s*/g, ' '), second = this.second?.value.replace(/\s*[\r\n]+\s*/g, ' ');
    if (text !== row.text) changes.push({ kind: 'text', row: row.row, text });
    if (second !== undefined && second !== (row.second ?? '')) changes.push({ kind: 'second', row: row.row, text: second });
    return changes;
  }

  save(focus = false) {
    if (!this.box) return Promise.resolve(true);
    performance.mark('edit:key');
    const { index } = this, changes = this.changes();
    this.close(focus);
    if (!changes.length) return Promise.resolve(true);
    this.rows.preview(index, Object.fromEntries(changes.map(change => [change.kind, change.text])));
    requestAnimationFrame(() => performance.measure('edit:shown', 'edit:key'));
    return Promise.all(changes.map(change => this.episode.edit(change))).then(done => {
      performance.measure('edit:saved', 'edit:key');
      return done.every(Boolean);
    });
  }

  cancel() { this.close(true); }

  close(focus) {
    const item = this.rows.items[this.index], { box } = this;
    this.box = null;
    box.remove();
    item?.classList.remove('editing');
    if (focus) item?.focus({ preventScroll: true });
  }

  /** Close the editor of a row that is about to be rebuilt; returns the draft. */
  hold() {
    if (!this.box) return null;
    const second = document.activeElement === this.second, field = second ? this.second : this.text;
    const held = { index: this.index, second, caret: field.selectionStart, draft: { text: this.text.value, second: this.second?.value } };
    const { visited } = this.second ?? {};
    this.close(false);
    return { ...held, visited };
  }

  /** Open it again on the row's new element. */
  restore(held, index) {
    if (!held || index >= this.episode.rows.length) return;
    this.open({ ...held, index });
    if (this.second) this.second.visited = held.visited;
  }

  /** Split at the caret. The translation is split at its own caret if that is inside it; otherwise it stays with the first part. */
  async split(field) {
    const at = this.text.visited || field === this.text ? this.text.selectionStart : 0;
    const inside = (place, value) => value.slice(0, place).trim() !== '' && value.slice(place).trim() !== '';
    if (!inside(at, this.text.value)) { toast(say('split_where')); return; }
    const other = this.second?.visited && inside(this.second.selectionStart, this.second.value) ? this.second.selectionStart : null;
    const points = (text, place) => (place === null ? null : [...text.slice(0, place)].length);  // the server counts characters, not UTF-16
    const cut = { at: points(this.text.value, at), second_at: points(this.second?.value ?? '', other) }, { index } = this;
    if (!await this.save()) return;
    if (await this.episode.edit({ kind: 'split', row: index + 1, ...cut })) this.open({ index: index + 1, caret: 0 });
  }

  async mergeAbove() {
    const { index } = this, caret = this.episode.rows[index - 1].text.length;
    if (await this.save() && await this.episode.edit({ kind: 'merge', row: index })) this.open({ index: index - 1, caret });
  }

  async mergeBelow() {
    const { index } = this, caret = this.text.value.length;
    if (await this.save() && await this.episode.edit({ kind: 'merge', row: index + 1 })) this.open({ index, caret });
  }

  /** Merge a row with the one below without opening the editor. */
  merge(index) {
    if (index + 1 >= this.episode.rows.length) { toast(say('merge_none')); return; }
    this.episode.edit({ kind: 'merge', row: index + 1 }).then(done => { if (done) this.rows.select(index, { focus: true }); });
  }

  untime(index) {
    if (!this.episode.rows[index]?.corrected) { toast(say('untime_none')); return; }
    this.episode.edit({ kind: 'untime', row: index + 1 });
  }
}
