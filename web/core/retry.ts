/** Says when to try again, so that ten thousand phones that come back together do not ask together. */

// Short enough that a lift door does not cost a minute, long enough that a dead server is not worn out.
export const FIRST_WAIT_MS = 2_000;
export const LONGEST_WAIT_MS = 15 * 60_000;
// A server that says when to come is alive: a phone that it sent away five times must not stay away for a quarter of an hour.
const LONGEST_ON_TOP_MS = 60_000;

/**
 * Full jitter: anywhere between nothing and the doubled wait, after what the server asked for: were its word only the
 * least, all whom it sent away together would come back together. `chance` is in [0, 1).
 */
export function waitMs(failures: number, chance: number, retryAfterS = 0): number {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, Math.min(failures - 1, 20)));
  if (retryAfterS <= 0) return Math.round(chance * most);
  return retryAfterS * 1000 + Math.round(chance * Math.min(most, LONGEST_ON_TOP_MS));
}

/** `Retry-After` in seconds, from a number or a date; 0 when it is neither. Never more than a day. */
export function retryAfterS(header: string | null, nowMs: number): number {
  if (!header) return 0;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - nowMs) / 1000;
  return Number.isFinite(seconds) ? Math.min(86_400, Math.max(0, Math.ceil(seconds))) : 0;
}

const DAY_MS = 86_400_000;

/** Whether a wait is over. A wait of more than a day was never asked for: the phone's clock has been turned back. */
export const isTime = (notBeforeMs: number, nowMs: number): boolean =>
  notBeforeMs <= nowMs || notBeforeMs - nowMs > DAY_MS;
