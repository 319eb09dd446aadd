// What the page knows of the episode, and the queue of edits. Everything that shows something listens here; edits go to the server
// one after another, each on the version the one before made.

import { Lost, Refusal, get, post } from './api.js';

export class Episode extends EventTarget {
  /** @param {string} id the episode's @param {object} document what the server said first */
  constructor(id, document) {
    super();
    this.id = id;
    this.path = `/api/e/${id}`;
    this.queue = Promise.resolve();
    this.waiting = 0;
    this.take(document, 'first');
  }

  get rows() { return this.document.rows; }
  get slides() { return this.document.slides; }
  get fps() { return this.document.fps; }

  /** The length in milliseconds: the film's, or up to where the last row ends. */
  get length() { return Math.max(this.document.length_ms ?? 0, this.rows.at(-1)?.end_ms ?? 0); }

  /** Where sound and picture come from: the film, else the narration alone, else nothing. */
  get media() { return this.document.film ?? this.document.sound ?? null; }

  /** The index of the row that is heard at a time: the last that has begun, or -1. */
  indexAt(ms) {
    let low = 0, high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].start_ms <= ms) low = middle + 1; else high = middle;
    }
    return low - 1;
  }

  /** Replace all that is known. `why`: first, elsewhere (files changed under us), made (a render), again (after a lost server). */
  take(document, why) {
    this.document = document;
    this.emit('document', { why });
  }

  /**
   * Ask again for everything. In the queue of edits, so that an answer never overtakes one of them; resolves true where anything was new.
   * What an event carries is not taken for this reason: it may have been on its way while an edit was answered.
   */
  refresh(why) {
    const done = this.queue.then(async () => {
      const document = await get(this.path), { version, film } = this.document;
      const same = document.version === version && document.film === film;
      if (!same || why === 'made' || why === 'slides') this.take(document, why);
      return !same;
    });
    this.queue = done.catch(() => {});
    return done;
  }

  /** Queue an edit; resolves true when saved, false when it could not be. `focus` goes with the patch to the listeners. */
  edit(change, focus = {}) { return this.send('edit', { do: change }, { change, ...focus }); }

  /** Take the last step back. */
  undo() { return this.send('undo', {}, { change: { kind: 'undo' } }); }

  /** Take it forward again. */
  redo() { return this.send('redo', {}, { change: { kind: 'redo' } }); }

  send(verb, body, context) {
    this.waiting += 1;
    this.emit('saving', { waiting: this.waiting });
    const done = this.queue.then(() => this.attempt(verb, body, context));
    this.queue = done.catch(() => {});
    return done.finally(() => { this.waiting -= 1; this.emit('saving', { waiting: this.waiting }); });
  }

  async attempt(verb, body, context) {
    for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
      try {
        this.patch(await post(`${this.path}/${verb}`, { base: this.document.version, ...body }), context);
        return true;
      } catch (error) {
        if (error instanceof Lost) {
          this.emit('lost', {});
          await new Promise(done => setTimeout(done, wait));
          continue;
        }
        if (!(error instanceof Refusal)) throw error;
        if (error.document) this.take(error.document, 'elsewhere');
        this.emit('refused', { said: error.said, status: error.status, conflict: Boolean(error.document), context });
        return false;
      }
    }
  }

  /** Take slides, which are made beside the document and come later. Where rows changed with them, ask for everything. */
  slidesCame({ slides, chapters, patch }) {
    if (patch) this.refresh('slides').catch(() => {});  // a lost server is told of by the stream of events
    else this.patch({ slides, chapters, patch: { at: 0, drop: 0, rows: [] } }, { change: { kind: 'slides' } });
  }

  /** Put in what an answer brings; what it leaves out stays. */
  patch(answer, context) {
    const { patch: { at, drop, rows }, slides, notice } = answer;
    for (const name of ['version', 'outdated', 'undo', 'redo', 'tracks', 'slides', 'chapters', 'notices']) {
      if (answer[name] !== undefined && !(answer[name] === null && (name === 'slides' || name === 'tracks'))) this.document[name] = answer[name];
    }
    this.rows.splice(at, drop, ...rows);
    const moved = rows.length - drop;
    if (moved) for (let index = at + rows.length; index < this.rows.length; index += 1) this.rows[index].row = index + 1;
    this.emit('patch', { at, drop, rows, moved, slides: Boolean(slides), notice, ...context });
  }

  emit(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

  /** Listen: `on('patch', detail => …)`. */
  on(name, act) { this.addEventListener(name, event => act(event.detail)); }
}
