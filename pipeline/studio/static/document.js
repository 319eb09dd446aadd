// The episode's document and the queue of edits. Everything that shows the document listens here. Edits are sent one after
// another, each based on the version that the one before returned.

import { ConnectionLost, Refusal, get, post } from './api.js';

export class Episode extends EventTarget {
  /** @param {string} id the episode's id @param {object} document the first document of the server */
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

  /** The length in ms: the video's, or up to the end of the last row if that is later. */
  get length() { return Math.max(this.document.length_ms ?? 0, this.rows.at(-1)?.end_ms ?? 0); }

  /** The address of the video, else of the narration, else null. */
  get media() { return this.document.film ?? this.document.sound ?? null; }

  /** Return the index of the row at a time: the last that has begun, or -1. */
  indexAt(ms) {
    let low = 0, high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].start_ms <= ms) low = middle + 1; else high = middle;
    }
    return low - 1;
  }

  /** Replace the document. `why` is first, elsewhere (files changed outside), made (a render) or again (reconnected). */
  take(document, why) {
    this.document = document;
    this.emit('document', { why });
  }

  /**
   * Load the document again; resolves true where anything was new. It waits in the queue of edits, so that no answer overtakes
   * another. Documents in events are not used for the same reason: they may have been sent before an edit was answered.
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

  /** Queue an edit; resolves true when it is saved, false when it was refused. `focus` is passed to the listeners of the patch. */
  edit(change, focus = {}) { return this.send('edit', { do: change }, { change, ...focus }); }

  /** Undo the last edit. */
  undo() { return this.send('undo', {}, { change: { kind: 'undo' } }); }

  /** Redo the edit that was undone last. */
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
        if (error instanceof ConnectionLost) {
          this.emit('lost', {});
          await new Promise(done => setTimeout(done, wait));
          continue;
        }
        if (!(error instanceof Refusal)) throw error;
        if (error.document) this.take(error.document, 'elsewhere');
        this.emit('refused', { sentences: error.sentences, status: error.status, conflict: Boolean(error.document), context });
        return false;
      }
    }
  }

  /** Show slides, which are planned in the background. Where rows changed with them, load the document again. */
  slidesCame({ slides, chapters, patch }) {
    if (patch) this.refresh('slides').catch(() => {});  // the event stream reports a lost connection
    else this.patch({ slides, chapters, patch: { at: 0, drop: 0, rows: [] } }, { change: { kind: 'slides' } });
  }

  /** Apply the changes of a response; fields that it leaves out stay. */
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
