// Play one row in the voice of the settings; the server makes the audio.

import { post, Refusal } from './api.js';
import { toast } from './dom.js';
import { say, sentence } from './messages.js';

export class Voice {
  constructor(episode, player) { Object.assign(this, { episode, player, sound: null, row: 0 }); }

  /** Play a row; `item` is its element. A second call stops it. */
  async play(row, item) {
    const button = item.querySelector('.voice'), speaking = this.sound && !this.sound.paused;
    this.sound?.pause();
    if ((speaking && this.row === row) || button.classList.contains('busy')) return;
    this.row = row;
    this.player.video.pause();
    button.classList.add('busy');
    button.querySelector('use').setAttribute('href', '#i-wait');
    try {
      const { src, notice } = await post(`${this.episode.path}/voice`, { row });
      if (notice) toast(sentence(notice));
      this.sound = new Audio(src);
      item.classList.add('speaking');
      for (const name of ['ended', 'pause', 'error']) this.sound.addEventListener(name, () => item.classList.remove('speaking'));
      await this.sound.play();
    } catch (error) {
      item.classList.remove('speaking');
      toast((error instanceof Refusal && sentence(error.sentences)) || say('voice_fails'), { kind: 'bad' });
    } finally {
      button.classList.remove('busy');
      button.querySelector('use').setAttribute('href', '#i-voice');
    }
  }
}
