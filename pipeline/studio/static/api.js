// The page's door to its server: JSON in and out, and the stream of events. A refusal is a `Refusal` with a sentence; a server
// that does not answer is a `Lost`.

export class Refusal extends Error {
  /** @param {number} status the HTTP status @param {object} body what the server said */
  constructor(status, body) {
    super(`refused with ${status}`);
    this.status = status;
    this.said = body?.error ?? null;
    this.document = body?.document ?? null;
  }
}

export class Lost extends Error {}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: 'same-origin', ...options });
  } catch {
    throw new Lost(path);
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refusal(answer.status, body);
  return body;
}

/** GET a path as JSON. */
export const get = path => ask(path, {});

/** POST a value as JSON. */
export const post = (path, value = {}) =>
  ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

/** Listen to an episode's events; `heard` gives what to do by name, `opened` and `lost` tell of the line itself. */
export function listen(path, heard, { opened, lost }) {
  const source = new EventSource(path);
  for (const [name, act] of Object.entries(heard)) {
    source.addEventListener(name, event => act(JSON.parse(event.data || '{}')));
  }
  source.addEventListener('open', opened);
  source.addEventListener('error', () => {
    lost();
    if (source.readyState !== EventSource.CLOSED) return;  // the browser tries again by itself
    setTimeout(() => listen(path, heard, { opened, lost }), 2000);
  });
  addEventListener('pagehide', () => source.close(), { once: true });
}
