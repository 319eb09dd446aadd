// Rendering: the button, the progress that the server reports, and the result.

import { ConnectionLost, Refusal, post } from './api.js';
import { byId, label, toast } from './dom.js';
import { hasText, say, sentence } from './messages.js';

export class Render {
  constructor(episode) {
    Object.assign(this, { episode, running: false });
    byId('render').addEventListener('click', () => this.start());
    byId('stop').addEventListener('click', () => this.stop());
    label(byId('render'), say('render'), 'R');
    for (const name of ['document', 'patch']) episode.on(name, () => this.state());
  }

  async start() {
    if (this.running) return;
    this.progress({ step: '', done: 0, total: 0 });
    try {
      await post(`${this.episode.path}/render`);
    } catch (error) {
      this.idle();
      if (error instanceof ConnectionLost) toast(say('connection_lost_idle'), { kind: 'bad' });
      else this.failed({ sentence: error instanceof Refusal ? error.sentences : null });
    }
  }

  async stop() {
    byId('progress').querySelector('span').textContent = say('stopping');
    await post(`${this.episode.path}/stop`).catch(() => {});  // the event stream reports a lost connection
  }

  /** Show the state of a job from a document. */
  job({ state, step, done, total, sentence: reason } = {}) {
    if (state === 'running') this.progress({ step, done, total });
    else if (state === 'failed') this.failed({ sentence: reason });
    else this.idle();
  }

  progress({ step, done, total }) {
    this.running = true;
    byId('banner').dataset.of === 'render' && (byId('banner').hidden = true);
    byId('render').hidden = true;
    byId('stop').hidden = false;
    const bar = byId('progress'), part = total ? Math.min(done / total, 1) : 0;
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

  failed({ sentence: sentences }) {
    this.idle();
    const reason = sentence(sentences);
    this.banner(reason ? say('failed_because', { reason }) : say('failed'), 'render', say('retry'), () => this.start());
  }

  stopped() {
    this.idle();
    toast(say('stopped'));
  }

  idle() {
    this.running = false;
    byId('render').hidden = false;
    byId('stop').hidden = true;
    byId('progress').hidden = true;
    this.state();
  }

  /** Show whether the video is up to date with the texts. */
  state() {
    const { film, outdated } = this.episode.document, pill = byId('state');
    const kind = film ? (outdated ? 'outdated' : 'current') : 'never';
    pill.hidden = false;
    pill.className = `pill ${kind}`;
    pill.textContent = say(kind);
    byId('render').classList.toggle('primary', kind !== 'current');
    byId('render').querySelector('span').textContent = say(kind === 'current' ? 'render_again' : 'render');
  }

  /** Show a sentence over the page until it is closed or its cause `of` is settled. */
  banner(text, of, action = null, act = null) {
    const box = byId('banner'), [button, close] = box.querySelectorAll('button');
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
    if (byId('banner').dataset.of === of) byId('banner').hidden = true;
  }
}
