// One row of the list as an element: number, texts, flags, time and how it is known.

import { clock, seconds } from './clock.js';
import { icon, label, make } from './dom.js';
import { hasText, say, sentence } from './messages.js';

const LOW_CONFIDENCE = 0.5;  // a time with less should be reviewed

/** Tell whether a row needs a review: it has an error, a warning, or a time with low confidence. */
export const needsReview = row => row.flags.some(flag => flag.level !== 'note') || (row.confidence ?? 1) < LOW_CONFIDENCE;

/** Create the element of a row; the document gives the languages. */
export function rowElement(row, { language, second }) {
  const flags = row.flags.length ? make('ul', { class: 'flags' }, ...row.flags.map(flag =>
    make('li', { class: flag.level }, sentence(flag.sentence)))) : null;
  const translated = second || row.second ? make('p', { class: `second${row.second ? '' : ' none'}`, lang: second }, row.second || (row.joins ? say('joins') : '')) : null;
  const source = row.corrected ? 'corrected' : row.known;
  const facts = [say(hasText(`time_${source}`) ? `time_${source}` : 'time_estimated')];
  if (row.confidence !== null && row.confidence !== undefined) facts.push(say('confidence', { percent: Math.round(row.confidence * 100) }));
  const mark = make('i', { class: `mark ${source}${(row.confidence ?? 1) < LOW_CONFIDENCE ? ' low' : ''}`, role: 'img' });
  label(mark, facts.join(' · '));
  const voice = make('button', { class: 'quiet icon voice', 'data-do': 'voice', tabindex: -1 }, icon('voice'));
  label(voice, say('voice'), 'V');
  return make('li', { class: `row${needsReview(row) ? ' flagged' : ''}`, tabindex: -1, 'data-row': row.row },
    row.chapter ? make('h3', { class: 'chapter' }, row.chapter) : null,
    make('span', { class: 'number' }, row.row),
    make('div', { class: 'texts' }, make('p', { class: 'text', lang: language === 'zh' ? 'zh-CN' : language }, row.text), translated, flags),
    make('div', { class: 'facts' },
      make('span', { class: 'at' }, mark, clock(row.start_ms)),
      make('span', { class: 'lasts' },
        make('span', { class: 'long' }, say('duration', { seconds: seconds(row.end_ms - row.start_ms) })),
        make('span', { class: `cps${row.flags.some(flag => flag.code === 'speed') ? ' over' : ''}` }, say('cps', { cps: (row.cps ?? 0).toFixed(1) })))),
    voice);
}

/** Create the buttons for the selected row. */
export function rowActions() {
  const actions = [['edit', 'edit', 'Enter'], ['play_row', 'play', 'Shift+Space', 'key_play_row'], ['merge', 'merge', 'M'], ['untime', 'untime', 'U']];
  return make('div', { class: 'actions', role: 'toolbar' }, ...actions.map(([action, image, key, message]) => {
    const button = make('button', { class: 'quiet icon', 'data-do': action, tabindex: -1 }, icon(image));
    label(button, say(message ?? action), key);
    return button;
  }));
}
