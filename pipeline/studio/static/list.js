// The page that lists all episodes.

import { get } from './api.js';
import { clock } from './clock.js';
import { byId, make } from './dom.js';
import { say, sentence } from './messages.js';

const SEARCH_FROM = 8;  // episodes from which on the list has a search field
const main = byId('episodes');

await show();
document.addEventListener('visibilitychange', () => { if (!document.hidden) show(); });

async function show() {
  try {
    const episodes = await get('/api/episodes');
    main.replaceChildren(...(episodes.length ? filled(episodes) : [empty(say('none'), say('none_remedy'))]));
  } catch {
    const again = make('button', { onclick: show }, say('retry'));
    main.replaceChildren(empty(say('connection_lost_idle'), '', again));
  }
  main.removeAttribute('aria-busy');
}

function filled(episodes) {
  const list = make('ul', { class: 'cards' }, ...episodes.map(card));
  const count = make('p', { class: 'dim count', role: 'status' }, say('episode_count', { count: episodes.length }));
  if (episodes.length < SEARCH_FROM) return [count, list];
  const field = make('input', { type: 'search', placeholder: say('search'), 'aria-label': say('search') });
  const none = make('p', { class: 'dim', hidden: true }, say('no_match'));
  field.addEventListener('input', () => {
    const wanted = field.value.trim().toLowerCase();
    [...list.children].forEach((item, at) => { item.hidden = !`${episodes[at].title} ${episodes[at].name}`.toLowerCase().includes(wanted); });
    none.hidden = [...list.children].some(item => !item.hidden);
  });
  return [make('div', { class: 'above' }, count, field), list, none];
}

function card({ id, name, title, state, seconds, rows, warnings, sentence: fault, poster }) {
  const picture = poster ? make('img', { src: poster, alt: '', loading: 'lazy' }) : make('span', { class: 'unmade', lang: 'zh-CN' }, title || name);
  const facts = [seconds === null || seconds === undefined ? null : clock(seconds * 1000, false), say('row_count', { count: rows }), warnings ? say('warning_count', { count: warnings }) : null];
  return make('li', {}, make('a', { href: `/e/${id}` },
    make('span', { class: 'poster' }, picture),
    make('span', { class: 'words' },
      make('strong', {}, title || name),
      make('span', { class: 'dim facts' }, facts.filter(Boolean).join(' · ')),
      fault ? make('span', { class: 'dim sentence' }, sentence(fault)) : null,
      make('span', { class: 'foot' }, make('span', { class: `pill ${state}` }, say(`state_${state}`)), title && title !== name ? make('span', { class: 'dim' }, name) : null))));
}

function empty(head, text, ...more) {
  return make('div', { class: 'empty' }, make('strong', {}, head), make('p', { class: 'dim' }, text), ...more);
}
