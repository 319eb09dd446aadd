// Rendering: the button, its progress as the server tells it, and what came of it.

import { Lost, Refusal, post } from './api.js';
import { by, label, toast } from './dom.js';
import { hasText, say, sentence } from './messages.js';

export class Render {
  constructor(episode) {
    Object.assign(this, { episode, running: false });
    by('render').addEventListener('click', () => this.start());
    by('stop').addEventListener('click', () => this.stop());
    label(by('render'), say('render'), 'R');
    for (const name of ['document', 'patch']) episode.on(name, () => this.state());
  }

  async start() {
    if (this.running) return;
    this.progress({ step: '', done: 0, total: 0 });
    try {
      await post(`${this.episode.path}/render`);
    } catch (error) {
      this.idle();
      if (error instanceof Lost) toast(say('connection_lost_idle'), { kind: 'bad' });
      else this.failed({ sentence: error instanceof Refusal ? error.said : null });
    }
  }

  async stop() {
    by('progress').querySelector('span').textContent = say('stopping');
    await post(`${this.episode.path}/stop`).catch(() => {});  // a lost server is told of by the stream of events
  }

  /** Take the state of a job from a document. */
  job({ state, step, done, total, sentence: said } = {}) {
    if (state === 'running') this.progress({ step, done, total });
    else if (state === 'failed') this.failed({ sentence: said });
    else this.idle();
  }

  progress({ step, done, total }) {
    this.running = true;
    by('banner').dataset.of === 'render' && (by('banner').hidden = true);
    by('render').hidden = true;
    by('stop').hidden = false;
    const bar = by('progress'), part = total ? Math.min(done / total, 1) : 0;
    bar.hidden = false;
    bar.classList.toggle('unknown', !total);
    bar.querySelector('i').style.transform = `scaleX(${total ? part : 1})`;
    const named = step && (hasText(`step_${step}`) ? say(`step_${step}`) : step);
    const count = total > 1 ? ` ${done}/${total}` : '';
    bar.querySelector('span').textContent = named ? `${named}${count}` : say('rendering');
    bar.setAttribute('aria-valuenow', Math.round(part * 100));
    bar.setAttribute('aria-label', named ? say('rendering_step', { step: named }) : say('rendering'));
    this.state();
  }

  made({ seconds }) {
    this.idle();
    toast(say('made', { seconds: Number(seconds).toFixed(1) }), { kind: 'good' });
  }

  failed({ sentence: said }) {
    this.idle();
    const reason = sentence(said);
    this.banner(reason ? say('failed_because', { reason }) : say('failed'), 'render', say('retry'), () => this.start());
  }

  stopped() {
    this.idle();
    toast(say('stopped'));
  }

  idle() {
    this.running = false;
    by('render').hidden = false;
    by('stop').hidden = true;
    by('progress').hidden = true;
    this.state();
  }

  /** How the film stands to the texts. */
  state() {
    const { film, outdated } = this.episode.document, pill = by('state');
    const kind = film ? (outdated ? 'outdated' : 'current') : 'never';
    pill.hidden = false;
    pill.className = `pill ${kind}`;
    pill.textContent = say(kind);
    by('render').classList.toggle('primary', kind !== 'current');
    by('render').querySelector('span').textContent = say(kind === 'current' ? 'render_again' : 'render');
  }

  /** A sentence over the page that stays until it is closed or settled. */
  banner(text, of, action = null, act = null) {
    const box = by('banner'), [button, close] = box.querySelectorAll('button');
    box.dataset.of = of;
    box.querySelector('span').textContent = text;
    button.hidden = !action;
    button.textContent = action ?? '';
    button.onclick = act && (() => { box.hidden = true; act(); });
    close.onclick = () => { box.hidden = true; };
    close.hidden = of === 'line';
    box.hidden = false;
  }

  settle(of) {
    if (by('banner').dataset.of === of) by('banner').hidden = true;
  }
}
