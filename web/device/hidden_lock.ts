/** Locks the app that was put away: a phone put down for a minute may be in somebody else's hand. */
import type { Surroundings } from "./surroundings.ts";

export const LOCK_AFTER_MS = 60_000;

export class HiddenLock {
  private hiddenAtMs: number | null = null;
  stop: () => void = () => {};

  constructor(private readonly surroundings: Surroundings, private readonly lock: () => void) {}

  hidden(): void {
    this.stop();
    this.hiddenAtMs = this.surroundings.monoMs();
    this.stop = this.surroundings.after(LOCK_AFTER_MS, this.lock);
  }

  shown(): void {
    this.stop();
    // A timer sleeps with the phone; the clock does not.
    const awayMs = this.hiddenAtMs === null ? 0 : this.surroundings.monoMs() - this.hiddenAtMs;
    this.hiddenAtMs = null;
    if (awayMs >= LOCK_AFTER_MS) this.lock();
  }
}
