// The time ruler above the waveform.

import { clock } from './clock.js';
import { byId } from './dom.js';

const INTERVALS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];  // seconds between labels
const LABEL_WIDTH = 76;  // pixels of width per label

export class Ruler {
  constructor(episode, player, wave) {
    Object.assign(this, { episode, player, wave, canvas: byId('ruler') });
    this.canvas.addEventListener('pointerdown', event => this.pan(event));
    wave.on('view', () => this.draw());
  }

  /** A drag scrolls, a click seeks. */
  pan(event) {
    const { canvas, wave } = this, from = event.clientX, { scroll } = wave.view();
    let moved = false;
    const move = ({ clientX }) => {
      moved ||= Math.abs(clientX - from) > 3;
      if (moved) wave.pan(scroll + from - clientX);
    };
    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener('pointermove', move);
    canvas.addEventListener('pointerup', ({ clientX }) => {
      canvas.removeEventListener('pointermove', move);
      const view = wave.view();
      if (!moved) this.player.seek((view.scroll + clientX - canvas.getBoundingClientRect().left) / view.scale * 1000);
    }, { once: true });
  }

  draw() {
    const { canvas } = this, ratio = devicePixelRatio || 1, { from, to, scale, width } = this.wave.view(), height = canvas.clientHeight;
    if (!width || !height) return;
    if (canvas.width !== width * ratio) canvas.width = width * ratio;
    if (canvas.height !== height * ratio) canvas.height = height * ratio;
    const pen = canvas.getContext('2d'), style = getComputedStyle(canvas);
    const rule = INTERVALS.find(seconds => seconds * scale >= LABEL_WIDTH) ?? 600;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = `11px ${style.fontFamily}`;
    pen.textBaseline = 'middle';
    for (let at = Math.floor(from / 1000 / rule) * rule; at * 1000 <= Math.min(to, this.episode.length); at += rule) {
      const x = Math.round(at * scale - from / 1000 * scale);
      pen.fillStyle = style.getPropertyValue('--line');
      pen.fillRect(x, height - 7, 1, 7);
      for (let part = 1; part < 5; part += 1) pen.fillRect(Math.round(x + part * rule * scale / 5), height - 3, 1, 3);
      pen.fillStyle = style.getPropertyValue('--dim');
      pen.fillText(clock(Math.round(at * 1000), rule < 1), x + 5, height / 2);
    }
  }
}
