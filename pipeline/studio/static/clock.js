// Times as people read them. Frames and milliseconds come rounded from the server; here they are only shown and stepped.

const two = number => String(number).padStart(2, '0');

/** `1:23.4`, or `1:02:03.4` from an hour on; tenths cut, not rounded, so that a clock never runs ahead. */
export function clock(ms, tenths = true) {
  const all = Math.max(0, Math.floor(ms / 100)), seconds = Math.floor(all / 10);
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  const head = hours ? `${hours}:${two(minutes)}` : `${minutes}`;
  return `${head}:${two(seconds % 60)}${tenths ? `.${all % 10}` : ''}`;
}

/** Seconds with one decimal, `2.4`. */
export const seconds = ms => (ms / 1000).toFixed(1);

/** The frame on the screen at a time; a hair is added because a frame's own start is not a binary fraction. */
export const frameAt = (ms, fps) => Math.floor(ms * fps / 1000 + 1e-3);

/** A time inside a frame, in milliseconds: its middle, where no decoder can be in doubt. */
export const insideFrame = (frame, fps) => (frame + 0.5) * 1000 / fps;

/** The whole millisecond at which a frame begins. */
export const frameMs = (frame, fps) => Math.round(frame * 1000 / fps);

/** The frame boundary nearest to a time. */
export const nearestFrame = (ms, fps) => Math.round(ms * fps / 1000);
