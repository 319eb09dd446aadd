// The whole episode in one bar: chapters, flagged rows, the range visible in the waveform, and the position.

import { clock } from './clock.js';
import { byId } from './dom.js';
import { say } from './messages.js';

export class Scrubber {
  constructor(episode, player, wave) {
    Object.assign(this, { episode, player, wave, bar: byId('scrubber'), hand: byId('scrubber').querySelector('i') });
    this.canvas = this.bar.querySelector('canvas');
    this.bar.addEventListener('pointerdown', event => this.grab(event));
    this.bar.addEventListener('keydown', event => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.bar);
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => this.draw());
    player.on('move', () => this.move());
    wave.on('view', () => this.drawSoon());
    for (const name of ['document', 'patch']) episode.on(name, () => this.drawSoon());
  }

  drawSoon() { this.due ??= requestAnimationFrame(() => { this.due = null; this.draw(); }); }

  move() {
    const { length } = this.episode, ms = this.player.ms;
    this.hand.style.left = `${length ? Math.min(ms / length, 1) * 100 : 0}%`;
    const whole = Math.floor(ms / 1000);
    if (whole === this.shownSecond) return;
    this.shownSecond = whole;
    this.bar.setAttribute('aria-valuemax', Math.round(length / 1000));
    this.bar.setAttribute('aria-valuenow', whole);
    this.bar.setAttribute('aria-valuetext', say('position_now', { position: clock(ms, false), length: clock(length, false) }));
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.bar, ratio = devicePixelRatio || 1, { length, rows } = this.episode;
    if (!width || !length) return;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const pen = this.canvas.getContext('2d'), style = getComputedStyle(this.bar);
    const colour = name => style.getPropertyValue(name).trim();
    const x = ms => ms / length * width;
    pen.scale(ratio, ratio);
    pen.fillStyle = colour('--line');
    pen.fillRect(0, height / 2 - 1.5, width, 3);
    const { from, to } = this.wave.view();
    pen.fillStyle = colour('--dim');
    pen.fillRect(x(from), height / 2 - 1.5, Math.max(x(Math.min(to, length)) - x(from), 2), 3);
    for (const row of rows) {
      if (row.chapter && row.start_ms > 0) { pen.fillStyle = colour('--text'); pen.fillRect(x(row.start_ms) - 0.5, height / 2 - 6, 1, 12); }
      if (row.flags.some(flag => flag.level !== 'note')) { pen.fillStyle = colour('--accent'); pen.fillRect(x(row.start_ms), height - 4, 2, 3); }
    }
    this.move();
  }

  grab(event) {
    if (event.button) return;
    const go = ({ clientX }) => {
      const { left, width } = this.bar.getBoundingClientRect();
      this.player.seek((clientX - left) / width * this.episode.length);
    };
    this.bar.setPointerCapture(event.pointerId);
    this.bar.addEventListener('pointermove', go);
    this.bar.addEventListener('pointerup', () => this.bar.removeEventListener('pointermove', go), { once: true });
    go(event);
  }

  key(event) {
    const steps = { ArrowLeft: -1000, ArrowDown: -1000, ArrowRight: 1000, ArrowUp: 1000, PageUp: 10000, PageDown: -10000 };
    const { length } = this.episode;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in steps) this.player.seek(this.player.ms + steps[event.key]);
    else if (event.key === 'Home') this.player.seek(0);
    else if (event.key === 'End') this.player.seek(length);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
