// One row of the list, as an element: number, texts, what wants a look, when it is said and how well that is known.

import { sentence } from './api.js';
import { clock, seconds } from './clock.js';
import { icon, label, make } from './dom.js';

const LOW = 0.5;  // below this a time wants a look

/** Whether a row wants a look: an error, a warning, or a time that is not trusted. */
export const wantsLook = row => row.flags.some(flag => flag.level !== 'note') || (row.confidence ?? 1) < LOW;

/** A row's element; `document` tells the languages. */
export function rowElement(row, { language, second }, say) {
  const flags = row.flags.length ? make('ul', { class: 'flags' }, ...row.flags.map(flag =>
    make('li', { class: flag.level }, sentence(flag.sentence, say.lang)))) : null;
  const translated = second || row.second ? make('p', { class: `second${row.second ? '' : ' none'}`, lang: second }, row.second || (row.joins ? say('joins') : '')) : null;
  const known = row.corrected ? 'corrected' : row.known;
  const told = [say(say.has(`known_${known}`) ? `known_${known}` : 'known_estimated')];
  if (row.confidence !== null && row.confidence !== undefined) told.push(say('confidence', Math.round(row.confidence * 100)));
  const mark = make('i', { class: `mark ${known}${(row.confidence ?? 1) < LOW ? ' low' : ''}`, role: 'img' });
  label(mark, told.join(' · '));
  const voice = make('button', { class: 'quiet icon voice', 'data-do': 'voice', tabindex: -1 }, icon('voice'));
  label(voice, say('voice'), 'V');
  return make('li', { class: `row${wantsLook(row) ? ' flagged' : ''}`, tabindex: -1, 'data-row': row.row },
    row.chapter ? make('h3', { class: 'chapter' }, row.chapter) : null,
    make('span', { class: 'number' }, row.row),
    make('div', { class: 'texts' }, make('p', { class: 'text', lang: language === 'zh' ? 'zh-CN' : language }, row.text), translated, flags),
    make('div', { class: 'facts' },
      make('span', { class: 'at' }, mark, clock(row.start_ms)),
      make('span', { class: 'lasts' },
        make('span', { class: 'long' }, say('long', seconds(row.end_ms - row.start_ms))),
        make('span', { class: `cps${row.flags.some(flag => flag.code === 'speed') ? ' over' : ''}` }, say('cps', (row.cps ?? 0).toFixed(1))))),
    voice);
}

/** What can be done to the selected row, by hand. */
export function rowActions(say) {
  const all = [['edit', 'edit', 'Enter'], ['play_row', 'play', 'Shift+Space', 'key_play_row'], ['merge', 'merge', 'M'], ['untime', 'untime', 'U']];
  return make('div', { class: 'actions', role: 'toolbar' }, ...all.map(([act, image, key, said]) => {
    const button = make('button', { class: 'quiet icon', 'data-do': act, tabindex: -1 }, icon(image));
    label(button, say(said ?? act), key);
    return button;
  }));
}
