// The texts of the page in the reader's language. The server embeds them in the document, from its message catalogue.

const { language, texts } = JSON.parse(document.getElementById('messages').textContent);

/** The language of the page, as a code of the catalogue. */
export { language };

/** The text of a key with its values filled in: `say('row', { row: 12 })`. `{count:plural,row,rows}` picks a word. */
export function say(key, values = {}) {
  return texts[key].replace(/\{(\w+)(?::plural,([^,}]*),([^}]*))?\}/g, (_, name, one, many) =>
    (one === undefined ? values[name] : Number(values[name]) === 1 ? one : many));
}

/** Whether the page has a text of this key. */
export const hasText = key => key in texts;

/** The sentence in the page's language of what a server says by language; plain text stays as it is. */
export function sentence(text) {
  if (!text) return '';
  return typeof text === 'string' ? text : text[language] ?? text.en ?? '';
}
