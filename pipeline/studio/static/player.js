// The player: transport, captions, and the change to a new video at the same position. Positions are ms. Where there is nothing
// to play yet, the position is only remembered.

import { clock, frameAt, insideFrame } from './clock.js';
import { byId, label, make, setIcon } from './dom.js';
import { say } from './messages.js';

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const REMEMBERED = 'studio.captions';

export class Player extends EventTarget {
  constructor(episode) {
    super();
    Object.assign(this, { episode, video: byId('video'), resting: 0, stopAt: null, source: null });
    this.shown = localStorage.getItem(REMEMBERED);
    this.watch(this.video);
    this.controls();
    this.tick = this.tick.bind(this);
  }

  get ms() { return this.source ? this.video.currentTime * 1000 : this.resting; }
  get playing() { return Boolean(this.source) && !this.video.paused && !this.video.ended; }
  get frame() { return frameAt(this.ms, this.episode.fps); }

  /** Seek to a time in ms. */
  seek(ms) {
    const to = Math.min(Math.max(ms, 0), Math.max(this.episode.length - 1, 0));
    this.stopAt = null;
    this.resting = to;
    if (this.source) this.video.currentTime = to / 1000;
    this.moved();
    this.emit('sought');
  }

  /** Seek to the first frame of a row, or into the row where it begins within that frame. */
  seekRow(row) { this.seek(Math.max(insideFrame(row.start_frame, this.episode.fps), row.start_ms + 1)); }

  /** Step by whole frames, from the middle of one to the middle of another. */
  step(frames) {
    this.video.pause();
    this.seek(insideFrame(Math.max(this.frame + frames, 0), this.episode.fps));
  }

  toggle() { if (this.playing) this.video.pause(); else this.play(); }

  play() {
    if (!this.source) { this.emit('silent'); return; }
    if (this.video.ended) this.video.currentTime = 0;
    this.video.play().catch(() => {});  // a pause or another video came first
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

  /** Switch to the next captions, after the last to none. */
  nextCaptions() {
    const all = ['', ...this.episode.document.tracks.map(track => track.language)];
    this.caption(all[(all.indexOf(this.choice()) + 1) % all.length]);
  }

  /** Change the playback speed by steps. */
  faster(step) {
    const at = SPEEDS.indexOf(Number(byId('speed').value));
    byId('speed').value = SPEEDS[Math.min(Math.max(at + step, 0), SPEEDS.length - 1)];
    this.video.playbackRate = Number(byId('speed').value);
  }

  /** Show the document's video, replacing an old one at the same position without a gap, and its tracks. */
  async show() {
    const { media, document } = this.episode;
    byId('length').textContent = ` / ${clock(this.episode.length, false)}`;
    const unmade = byId('unmade');
    unmade.hidden = Boolean(document.film);
    if (!document.film) {
      unmade.replaceChildren(make('strong', {}, say(document.sound ? 'sound_only' : 'never')), make('span', {}, say(document.sound ? 'sound_remedy' : 'never_remedy')));
    }
    for (const id of ['play', 'back-frame', 'next-frame']) byId(id).disabled = !media;
    if (media && this.source && media !== this.source) await this.swap(media);
    else if (media && !this.source) { this.video.src = media; this.video.currentTime = this.resting / 1000; }
    if (media !== this.source) { this.source = media; this.emit('media'); }
    if (!media) this.video.removeAttribute('src');
    this.captions();
    this.moved();
  }

  /** Load a video behind the visible one, seek to the same time, and only then swap them. */
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
        byId('screen').style.setProperty('--ratio', fresh.videoWidth / fresh.videoHeight);
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
      byId('screen').prepend(fresh);
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
      if (video.videoWidth) byId('screen').style.setProperty('--ratio', video.videoWidth / video.videoHeight);
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
    setIcon(byId('play'), this.playing ? 'pause' : 'play');
    label(byId('play'), say(this.playing ? 'pause' : 'play'), 'Space');
    this.emit('state');
  }

  moved() {
    if (this.source) this.resting = this.ms;
    byId('time').textContent = clock(this.ms);
    byId('frame').textContent = say('frame', { frame: this.frame });
    this.emit('move');
  }

  controls() {
    for (const speed of SPEEDS) byId('speed').append(make('option', { value: speed }, `${speed}×`));
    byId('speed').value = 1;
    byId('speed').addEventListener('change', () => { this.video.playbackRate = Number(byId('speed').value); });
    byId('captions').addEventListener('change', event => this.caption(event.target.value));
    byId('play').addEventListener('click', () => this.toggle());
    byId('back-frame').addEventListener('click', () => this.step(-1));
    byId('next-frame').addEventListener('click', () => this.step(1));
    label(byId('play'), say('play'), 'Space');
  }

  /** The captions to show: the last choice if the episode has it, else the first language that is not burned in. */
  choice() {
    const { tracks, burnt = [], film } = this.episode.document;
    if (this.shown === '' || tracks.some(track => track.language === this.shown)) return this.shown;
    return tracks.find(track => !film || !burnt.includes(track.language))?.language ?? '';
  }

  captions() {
    const { tracks, burnt = [], film } = this.episode.document;
    const there = film ? burnt : [], chosen = this.choice(), menu = byId('captions');
    const options = tracks.map(({ language, label: name }) =>
      make('option', { value: language }, there.includes(language) ? say('burned_in', { language: name }) : name));
    menu.replaceChildren(make('option', { value: '' }, say('captions_off')), ...options);
    menu.value = chosen;
    const have = [...this.video.querySelectorAll('track')];
    const wanted = tracks.map(track => track.src).join('\n');
    if (have.map(track => track.getAttribute('src')).join('\n') !== wanted) {
      for (const old of have) {
        old.track.mode = 'disabled';  // otherwise its text stays on the screen
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
   * Show only the chosen captions, and only when their position is set: a visible cue does not move any more.
   * This also corrects browsers that turn on other tracks by their own preferences.
   */
  modes(video) {
    const chosen = this.choice();
    for (const { srclang, readyState, track } of video.querySelectorAll('track')) {
      const mode = srclang !== chosen ? 'disabled' : readyState === HTMLTrackElement.LOADED ? 'showing' : 'hidden';
      if (track.mode !== mode) track.mode = mode;
    }
  }

  /** Burned-in captions are at the bottom; then those of a track go to the top, so that none covers another. */
  clear(track) {
    if (!this.episode.document.film || !this.episode.document.burnt?.length) return;
    for (const cue of track.cues ?? []) { cue.snapToLines = true; cue.line = 0; }
  }

  emit(name) { this.dispatchEvent(new Event(name)); }
  on(name, act) { this.addEventListener(name, act); }
}
