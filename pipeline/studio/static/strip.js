// The slides along time, under the waveform and on its scale. A slide's left edge is where it comes; dragged, it snaps to the row
// whose start is nearest.

import { byId, label, make } from './dom.js';
import { hasText, say } from './messages.js';
import { nearestRow } from './times.js';

export class Strip {
  constructor(episode, player, wave) {
    Object.assign(this, { episode, player, wave, box: byId('strip'), at: -1 });
    this.lane = make('div', { class: 'lane' });
    this.snap = make('div', { class: 'snap', hidden: true }, make('span'));
    this.hand = make('i', { class: 'playhead' });
    this.box.append(this.lane, this.hand);
    byId('timeline').append(this.snap);
    wave.on('view', () => this.place());
    player.on('move', () => this.move());
    episode.on('patch', ({ slides, change }) => {
      if (!slides) return;
      this.show();
      if (change?.kind === 'slide') this.lane.children[change.index]?.focus();
    });
  }

  /** Build the slides again. */
  show() {
    const held = document.activeElement?.closest?.('.slide')?.dataset.index;
    this.lane.replaceChildren(...this.episode.slides.map(slide => this.slide(slide)));
    this.scale = null;
    this.place();
    this.move(true);
    if (held) this.lane.children[held]?.focus();
  }

  slide(slide) {
    const shown = this.name(slide), name = say('slide', { number: slide.index + 1, name: shown });
    const image = slide.thumb ? make('img', { src: slide.thumb, alt: '', loading: 'lazy', draggable: 'false' }) : null;
    image?.addEventListener('error', () => image.remove());
    const edge = slide.movable ? make('span', { class: 'edge' }) : null;
    const box = make('button', { class: `slide ${slide.kind}`, 'data-index': slide.index, tabindex: -1 }, edge, image, make('span', { class: 'name' }, shown));
    label(box, name);
    box.title = `${name}\n${say(slide.movable ? 'slide_moves' : 'slide_fixed')}`;
    box.addEventListener('click', () => this.go(slide));
    box.addEventListener('keydown', event => this.key(event, slide));
    edge?.addEventListener('pointerdown', event => this.drag(event, slide, box));
    edge?.addEventListener('click', event => event.stopPropagation());
    return box;
  }

  /** A slide's name: its file's, or for a card its chapter's title or its kind. */
  name(slide) {
    if (slide.kind !== 'card') return slide.name;
    const kind = slide.name.split(' ')[0], chapter = this.episode.document.chapters.find(({ ms }) => Math.abs(ms - slide.ms) < 50);
    if (kind === 'chapter' && chapter) return chapter.title;
    return hasText(`card_${kind}`) ? say(`card_${kind}`) : slide.name;
  }

  go(slide) {
    this.wave.following = true;
    this.player.seek(slide.ms + 1);
  }

  place() {
    const { scale, scroll } = this.wave.view(), { slides, length } = this.episode;
    if (scale !== this.scale) {
      slides.forEach((slide, at) => {
        const box = this.lane.children[at];
        if (!box) return;
        box.style.left = `${slide.ms / 1000 * scale}px`;
        box.style.width = `${Math.max(((slides[at + 1]?.ms ?? length) - slide.ms) / 1000 * scale, 4)}px`;
      });
      this.scale = scale;
    }
    this.lane.style.transform = `translateX(${-scroll}px)`;
    this.hold(scale, scroll);
    this.hand.style.transform = `translateX(${this.player.ms / 1000 * scale - scroll}px)`;
  }

  /** Keep the picture of a slide that began before the view visible. Computed from times, because measuring forces a layout. */
  hold(scale, scroll) {
    const { slides, length } = this.episode, at = slides.findLastIndex(slide => slide.ms / 1000 * scale <= scroll);
    const box = this.lane.children[at] ?? null;
    if (this.held && this.held !== box) this.held.style.paddingLeft = '';
    this.held = box;
    if (!box) return;
    const left = slides[at].ms / 1000 * scale, width = (slides[at + 1]?.ms ?? length) / 1000 * scale - left;
    box.style.paddingLeft = `${8 + Math.min(scroll - left, Math.max(width - 130, 0))}px`;
  }

  move(anew = false) {
    const { slides } = this.episode, ms = this.player.ms, { scale, scroll } = this.wave.view();
    this.hand.style.transform = `translateX(${ms / 1000 * scale - scroll}px)`;
    let at = slides.length - 1;
    while (at > 0 && slides[at].ms > ms) at -= 1;
    if (at === this.at && !anew) return;
    this.at = at;
    [...this.lane.children].forEach((box, index) => {
      box.toggleAttribute('aria-current', index === at);
      box.tabIndex = index === at ? 0 : -1;
    });
  }

  key(event, slide) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.altKey) { this.lane.children[slide.index + step]?.focus(); return; }
    const row = Math.min(slide.row, this.episode.rows.length + 1) + step;
    if (slide.movable && row >= 1 && row <= this.episode.rows.length) this.episode.edit({ kind: 'slide', index: slide.index, row });
  }

  drag(event, slide, box) {
    if (event.button) return;
    event.preventDefault();
    const edge = event.currentTarget, start = this.box.getBoundingClientRect().left;
    let index = -1;
    const move = ({ clientX }) => {
      const { scale, scroll } = this.wave.view();
      index = nearestRow(this.episode.rows, (clientX - start + scroll) / scale * 1000);
      const row = this.episode.rows[index], x = row.start_ms / 1000 * scale - scroll;
      this.snap.hidden = false;
      this.snap.style.transform = `translateX(${x}px)`;
      this.snap.classList.toggle('left', x > this.box.clientWidth * 0.6);
      this.snap.firstChild.textContent = say('slide_at', { row: row.row, text: row.text });
    };
    const end = done => {
      edge.removeEventListener('pointermove', move);
      box.classList.remove('dragged');
      this.snap.hidden = true;
      const row = this.episode.rows[index]?.row;
      if (done && row && row !== slide.row) this.episode.edit({ kind: 'slide', index: slide.index, row });
    };
    box.classList.add('dragged');
    edge.setPointerCapture(event.pointerId);
    edge.addEventListener('pointermove', move);
    edge.addEventListener('pointerup', () => end(true), { once: true });
    edge.addEventListener('pointercancel', () => end(false), { once: true });
  }
}
