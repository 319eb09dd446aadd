// Format times and convert between ms and frames. The server rounds; the page only shows and steps.

const twoDigits = number => String(number).padStart(2, '0');

/** `1:23.4`, or `1:02:03.4` from an hour on; tenths are cut, not rounded, so that the clock never runs ahead. */
export function clock(ms, tenths = true) {
  const allTenths = Math.max(0, Math.floor(ms / 100)), seconds = Math.floor(allTenths / 10);
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  const head = hours ? `${hours}:${twoDigits(minutes)}` : `${minutes}`;
  return `${head}:${twoDigits(seconds % 60)}${tenths ? `.${allTenths % 10}` : ''}`;
}

/** Seconds with one decimal, `2.4`. */
export const seconds = ms => (ms / 1000).toFixed(1);

/** The frame shown at a time; 0.001 is added because the start of a frame is rarely an exact binary fraction. */
export const frameAt = (ms, fps) => Math.floor(ms * fps / 1000 + 1e-3);

/** The middle of a frame in ms, which every decoder assigns to this frame. */
export const insideFrame = (frame, fps) => (frame + 0.5) * 1000 / fps;

/** The whole millisecond at which a frame begins. */
export const frameMs = (frame, fps) => Math.round(frame * 1000 / fps);

/** The frame boundary nearest to a time. */
export const nearestFrame = (ms, fps) => Math.round(ms * fps / 1000);
