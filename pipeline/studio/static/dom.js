// Making and finding elements. Text only ever goes in as text: nothing here, or anywhere in the page, parses markup.

const SVG = 'http://www.w3.org/2000/svg';

/** The element with this id. */
export const by = id => document.getElementById(id);

/** A new element: attributes by name (`on…` a listener, `class`, `data-…`, true for an empty one, null left out), then children. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** An icon of the page's sprite. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Show another icon in a button that has one. */
export function reicon(button, name) {
  button.querySelector('use').setAttribute('href', `#i-${name}`);
}

/** Name a control: what a reader hears and what a pointer that rests on it shows, with its key. */
export function label(element, text, key = '') {
  element.setAttribute('aria-label', text);
  element.title = key ? `${text} (${key})` : text;
}

/** Whether keys typed now are text of a field. */
export function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Say something for a while, at the lower edge; an action can go with it. */
export function toast(text, { kind = 'note', action = null, act = null, ms = 5000 } = {}) {
  for (const old of [...by('toasts').children]) if (old.firstChild.textContent === text) old.remove();
  const box = make('div', { class: `toast ${kind}` }, make('span', {}, text));
  if (action) box.append(make('button', { class: 'quiet', onclick: () => { box.remove(); act(); } }, action));
  by('toasts').append(box);
  while (by('toasts').childElementCount > 3) by('toasts').firstElementChild.remove();
  setTimeout(() => box.remove(), ms);
  return box;
}
