// Requests to the server: JSON and the stream of events. An error response is a `Refusal` with its sentences by language; a
// server that does not answer is a `ConnectionLost`.

export class Refusal extends Error {
  /** @param {number} status the HTTP status @param {object} body the JSON of the response */
  constructor(status, body) {
    super(`refused with ${status}`);
    this.status = status;
    this.sentences = body?.error ?? null;
    this.document = body?.document ?? null;
  }
}

export class ConnectionLost extends Error {}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...options });
  } catch {
    throw new ConnectionLost(path);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, body);
  return body;
}

/** GET a path as JSON. */
export const get = path => request(path, {});

/** POST a value as JSON. */
export const post = (path, value = {}) =>
  request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

/** Listen to an episode's events; `handlers` has functions by event name, `opened` and `lost` report the connection. */
export function listen(path, handlers, { opened, lost }) {
  const source = new EventSource(path);
  for (const [name, handler] of Object.entries(handlers)) {
    source.addEventListener(name, event => handler(JSON.parse(event.data || '{}')));
  }
  source.addEventListener('open', opened);
  source.addEventListener('error', () => {
    lost();
    if (source.readyState !== EventSource.CLOSED) return;  // the browser reconnects by itself
    setTimeout(() => listen(path, handlers, { opened, lost }), 2000);
  });
  addEventListener('pagehide', () => source.close(), { once: true });
}
