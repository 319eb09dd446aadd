// The film: transport, captions, and the change to a new film at the same picture. Positions are milliseconds; where there is
// nothing to play yet, the position rests where it was put.

import { clock, frameAt, insideFrame } from './clock.js';
import { by, label, make, reicon } from './dom.js';
import { say } from './messages.js';

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const REMEMBERED = 'studio.captions';

export class Player extends EventTarget {
  constructor(episode) {
    super();
    Object.assign(this, { episode, video: by('video'), resting: 0, stopAt: null, source: null });
    this.shown = localStorage.getItem(REMEMBERED);
    this.watch(this.video);
    this.controls();
    this.tick = this.tick.bind(this);
  }

  get ms() { return this.source ? this.video.currentTime * 1000 : this.resting; }
  get playing() { return Boolean(this.source) && !this.video.paused && !this.video.ended; }
  get frame() { return frameAt(this.ms, this.episode.fps); }

  /** Go to a time in milliseconds. */
  seek(ms) {
    const to = Math.min(Math.max(ms, 0), Math.max(this.episode.length - 1, 0));
    this.stopAt = null;
    this.resting = to;
    if (this.source) this.video.currentTime = to / 1000;
    this.moved();
    this.emit('sought');
  }

  /** Go to the first picture of a row, and into the row where it begins within that picture. */
  seekRow(row) { this.seek(Math.max(insideFrame(row.start_frame, this.episode.fps), row.start_ms + 1)); }

  /** Step whole frames, from the middle of one to the middle of another. */
  step(frames) {
    this.video.pause();
    this.seek(insideFrame(Math.max(this.frame + frames, 0), this.episode.fps));
  }

  toggle() { if (this.playing) this.video.pause(); else this.play(); }

  play() {
    if (!this.source) { this.emit('silent'); return; }
    if (this.video.ended) this.video.currentTime = 0;
    this.video.play().catch(() => {});  // a pause or another film came first
  }

  /** Play one row, then stop at its end. */
  playRow(row) {
    this.seekRow(row);
    this.stopAt = row.end_ms;
    this.play();
  }

  /** Choose the captions: a language, or none. */
  caption(language) {
    this.shown = language ?? '';
    localStorage.setItem(REMEMBERED, this.shown);
    this.captions();
  }

  /** The next captions in turn, then none. */
  nextCaptions() {
    const all = ['', ...this.episode.document.tracks.map(track => track.language)];
    this.caption(all[(all.indexOf(this.choice()) + 1) % all.length]);
  }

  /** Play slower or faster by a step. */
  faster(by_) {
    const at = SPEEDS.indexOf(Number(by('speed').value));
    by('speed').value = SPEEDS[Math.min(Math.max(at + by_, 0), SPEEDS.length - 1)];
    this.video.playbackRate = Number(by('speed').value);
  }

  /** Show what the document says: its film (a new one comes in at the same time without a gap) and its tracks. */
  async show() {
    const { media, document } = this.episode;
    by('length').textContent = ` / ${clock(this.episode.length, false)}`;
    const unmade = by('unmade');
    unmade.hidden = Boolean(document.film);
    if (!document.film) {
      unmade.replaceChildren(make('strong', {}, say(document.sound ? 'sound_only' : 'never')), make('span', {}, say(document.sound ? 'sound_remedy' : 'never_remedy')));
    }
    for (const id of ['play', 'back-frame', 'next-frame']) by(id).disabled = !media;
    if (media && this.source && media !== this.source) await this.swap(media);
    else if (media && !this.source) { this.video.src = media; this.video.currentTime = this.resting / 1000; }
    if (media !== this.source) { this.source = media; this.emit('media'); }
    if (!media) this.video.removeAttribute('src');
    this.captions();
    this.moved();
  }

  /** Load a film behind the one on the screen, put it at the same time, and only then change the two. */
  swap(source) {
    const old = this.video, fresh = make('video', { preload: 'auto', playsinline: true, class: 'behind' });
    const playing = this.playing;
    return new Promise(done => {
      const change = () => {
        fresh.playbackRate = old.playbackRate;
        fresh.volume = old.volume;
        fresh.muted = old.muted;
        old.pause();
        old.removeAttribute('id');
        fresh.id = 'video';
        fresh.classList.remove('behind');
        this.video = fresh;
        by('screen').style.setProperty('--ratio', fresh.videoWidth / fresh.videoHeight);
        this.watch(fresh);
        if (playing) fresh.play().catch(() => {});
        requestAnimationFrame(() => requestAnimationFrame(() => { old.remove(); old.removeAttribute('src'); old.load(); }));
        done();
      };
      const painted = () => { fresh.requestVideoFrameCallback ? setTimeout(change, 30) : change(); };
      fresh.addEventListener('loadeddata', () => {
        fresh.addEventListener('seeked', painted, { once: true });
        fresh.currentTime = Math.min(old.currentTime, Math.max(fresh.duration - 0.001, 0));
      }, { once: true });
      fresh.addEventListener('error', () => { fresh.remove(); this.emit('broken'); done(); }, { once: true });
      by('screen').prepend(fresh);
      fresh.src = source;
    });
  }

  watch(video) {
    video.addEventListener('play', () => { this.playState(); requestAnimationFrame(this.tick); });
    for (const name of ['pause', 'ended']) video.addEventListener(name, () => { if (video === this.video) this.playState(); });
    for (const name of ['seeking', 'seeked', 'timeupdate', 'loadedmetadata']) {
      video.addEventListener(name, () => { if (video === this.video) this.moved(); });
    }
    video.addEventListener('loadedmetadata', () => {
      if (video.videoWidth) by('screen').style.setProperty('--ratio', video.videoWidth / video.videoHeight);
    });
    video.textTracks.addEventListener('change', () => this.modes(video));
    video.addEventListener('click', () => this.toggle());
    video.addEventListener('error', () => { if (video === this.video && video.getAttribute('src')) this.emit('broken'); });
  }

  tick() {
    if (!this.playing) return;
    if (this.stopAt !== null && this.ms >= this.stopAt) {
      this.stopAt = null;
      this.video.pause();
    }
    this.moved();
    requestAnimationFrame(this.tick);
  }

  playState() {
    reicon(by('play'), this.playing ? 'pause' : 'play');
    label(by('play'), say(this.playing ? 'pause' : 'play'), 'Space');
    this.emit('state');
  }

  moved() {
    if (this.source) this.resting = this.ms;
    by('time').textContent = clock(this.ms);
    by('frame').textContent = say('frame', { frame: this.frame });
    this.emit('move');
  }

  controls() {
    for (const speed of SPEEDS) by('speed').append(make('option', { value: speed }, `${speed}×`));
    by('speed').value = 1;
    by('speed').addEventListener('change', () => { this.video.playbackRate = Number(by('speed').value); });
    by('captions').addEventListener('change', event => this.caption(event.target.value));
    by('play').addEventListener('click', () => this.toggle());
    by('back-frame').addEventListener('click', () => this.step(-1));
    by('next-frame').addEventListener('click', () => this.step(1));
    label(by('play'), say('play'), 'Space');
  }

  /** The captions to show: what was chosen last where the episode has it, else the first that the picture does not have yet. */
  choice() {
    const { tracks, burnt = [], film } = this.episode.document;
    if (this.shown === '' || tracks.some(track => track.language === this.shown)) return this.shown;
    return tracks.find(track => !film || !burnt.includes(track.language))?.language ?? '';
  }

  captions() {
    const { tracks, burnt = [], film } = this.episode.document;
    const there = film ? burnt : [], chosen = this.choice(), menu = by('captions');
    const options = tracks.map(({ language, label: name }) =>
      make('option', { value: language }, there.includes(language) ? say('burned_in', { language: name }) : name));
    menu.replaceChildren(make('option', { value: '' }, say('captions_off')), ...options);
    menu.value = chosen;
    const have = [...this.video.querySelectorAll('track')];
    const wanted = tracks.map(track => track.src).join('\n');
    if (have.map(track => track.getAttribute('src')).join('\n') !== wanted) {
      for (const old of have) {
        old.track.mode = 'disabled';  // else its words stay on the screen
        old.remove();
      }
      for (const { language, label: name, src } of tracks) {
        const track = make('track', { kind: 'subtitles', srclang: language, label: name, src });
        track.addEventListener('load', () => { this.clear(track.track); this.modes(this.video); });
        this.video.append(track);
      }
    }
    this.modes(this.video);
  }

  /**
   * Only the captions that were chosen show, and not before they are at their place: a cue on the screen does not move any more.
   * A browser that turns on others by its own preferences is put right.
   */
  modes(video) {
    const chosen = this.choice();
    for (const { srclang, readyState, track } of video.querySelectorAll('track')) {
      const mode = srclang !== chosen ? 'disabled' : readyState === HTMLTrackElement.LOADED ? 'showing' : 'hidden';
      if (track.mode !== mode) track.mode = mode;
    }
  }

  /** Captions of the picture stand at its foot; those of a track go to its head then, so that none covers another. */
  clear(track) {
    if (!this.episode.document.film || !this.episode.document.burnt?.length) return;
    for (const cue of track.cues ?? []) { cue.snapToLines = true; cue.line = 0; }
  }

  emit(name) { this.dispatchEvent(new Event(name)); }
  on(name, act) { this.addEventListener(name, act); }
}
