/** Says how much of a photo to send at once, so that a line that breaks costs little and one that holds is used. */

// Headers of a request and its answer weigh about 1 KB: smaller pieces would send more of those than of the photo.
export const LEAST_BYTES = 2 * 1024;
// What a photo usually weighs, in one or two requests; one more step would save nothing.
export const MOST_BYTES = 256 * 1024;
// A second at 64 kbit/s: what is lost when the very first piece of all meets a bad line.
export const FIRST_BYTES = 8 * 1024;
// A piece so quick that twice as much would still be through before the line thinks of breaking.
const QUICK_MS = 250;
// A cut loses half a piece on average: a twelfth of what came through between two cuts is a twenty-fourth sent twice.
const SHARE = 12;

const within = (bytes: number) => Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.floor(bytes)));

/** What the phone has learnt about the line it is on. */
export interface Pieces {
  readonly bytes: number;
  /** arrived since the last cut */
  readonly since: number;
}

export const FIRST_PIECES: Pieces = { bytes: FIRST_BYTES, since: 0 };

/** After a piece has arrived. */
export function arrived({ bytes, since }: Pieces, size: number, tookMs: number): Pieces {
  const grown = tookMs < QUICK_MS && size >= bytes ? bytes * 2 : bytes;
  return { bytes: within(Math.max(grown, (since + size) / SHARE)), since: since + size };
}

/** After the line broke in the middle of a piece. */
export function cut({ bytes, since }: Pieces): Pieces {
  return { bytes: within(Math.min(bytes / 2, since / SHARE)), since: 0 };
}
