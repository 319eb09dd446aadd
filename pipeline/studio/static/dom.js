// Create and find elements. Text is always inserted as text; no script of the page parses markup.

const SVG = 'http://www.w3.org/2000/svg';

/** Return the element with this id. */
export const byId = id => document.getElementById(id);

/** Create an element: attributes by name (`on…` adds a listener, true is an empty attribute, null is left out), then children. */
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

/** Create an icon of the page's sprite. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Change the icon of a button. */
export function setIcon(button, name) {
  button.querySelector('use').setAttribute('href', `#i-${name}`);
}

/** Set the accessible name and the tooltip of a control; the tooltip shows its key. */
export function label(element, text, key = '') {
  element.setAttribute('aria-label', text);
  element.title = key ? `${text} (${key})` : text;
}

/** Tell whether keys typed now go into a text field. */
export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Show a message at the lower edge for a while, perhaps with an action. */
export function toast(text, { kind = 'note', action = null, act = null, ms = 5000 } = {}) {
  for (const old of [...byId('toasts').children]) if (old.firstChild.textContent === text) old.remove();
  const box = make('div', { class: `toast ${kind}` }, make('span', {}, text));
  if (action) box.append(make('button', { class: 'quiet', onclick: () => { box.remove(); act(); } }, action));
  byId('toasts').append(box);
  while (byId('toasts').childElementCount > 3) byId('toasts').firstElementChild.remove();
  setTimeout(() => box.remove(), ms);
  return box;
}
