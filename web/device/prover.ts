/** Decides when the server is asked for proofs: soon after something was handed in, and seldom otherwise. */
import type { Suspicion } from "./alarms.ts";
import type { Carrier, Round } from "./exchange.ts";
import { accuse, prove, wanting, type Proving, type Wanting } from "./proving.ts";
import type { Surroundings } from "./surroundings.ts";

// A checkpoint follows an entry within a second; a phone that asks a little later asks once.
const SETTLES_MS = 2_000;
const FIRST_PATIENCE_MS = 5_000;
const LONGEST_PATIENCE_MS = 60_000;
// Backups are made by the hour, not by the second.
const FIRST_ARCHIVE_MS = 60_000;
const LONGEST_ARCHIVE_MS = 15 * 60_000;
// How old the checkpoint in an entry's header may be while nothing else is asked.
const REFRESH_MS = 10 * 60_000;
const MOST_DOUBTS = 3;

export class Prover {
  private notBeforeMs = -Infinity;
  private lastAskMs = -Infinity;
  private patienceMs = FIRST_PATIENCE_MS;
  private archiveMs = FIRST_ARCHIVE_MS;
  /** how many entries the log holds, as the last exchange said; null while the server has none */
  private latest: number | null = null;
  /** the exchange showed fewer entries than this phone has seen: an old answer, or a log that shrank */
  private isDoubted = false;
  /** what was odd the last time */
  private odd: Suspicion | null = null;
  /** the last proofs were of another log: an exchange must say first whether a handover leads there */
  isAstray = false;

  constructor(private readonly surroundings: Surroundings) {}

  heard({ look, answer, stored, turned }: Round): void {
    this.isAstray = false;
    if (look.is === "refused") this.latest = null;
    if (look.is === "nothing" || look.is === "refused") return;
    this.latest = look.checkpoint.size;
    this.isDoubted = look.is === "smaller";
    if (this.isDoubted) this.odd = { why: "shrunk", note: look.note };
    if (turned) this.patienceMs = FIRST_PATIENCE_MS;
    if (!stored) return;
    this.patienceMs = FIRST_PATIENCE_MS;
    const spreadMs = Math.max(SETTLES_MS, answer.spreadS * 1000) * this.surroundings.chance();
    this.notBeforeMs = this.surroundings.monoMs() + SETTLES_MS + spreadMs;
  }

  /** A person asked. */
  hurry(): void {
    [this.notBeforeMs, this.lastAskMs, this.patienceMs] = [-Infinity, -Infinity, FIRST_PATIENCE_MS];
    this.archiveMs = FIRST_ARCHIVE_MS;
  }

  /** How long until there is something to ask; null when there is nothing. */
  async waitMs(carrier: Carrier): Promise<number | null> {
    return this.latest === null ? null : this.until(await wanting(carrier.database));
  }

  /** True when the server has lost something that it had taken. */
  async proveIfDue(carrier: Carrier): Promise<boolean> {
    if (this.latest === null) return false;
    const wanted = await wanting(carrier.database);
    const wait = this.until(wanted);
    // At the last the question is put whatever wait was asked for: nobody is accused unasked, and no wait helps out of it.
    const isLast = this.isDoubted && wanted.doubts >= MOST_DOUBTS;
    if (!isLast && (wait === null || wait > 0)) return false;
    const outcome = await prove(carrier, wanted);
    const nowMs = this.surroundings.monoMs();
    this.lastAskMs = nowMs;
    await this.settle(carrier, wanted.doubts, outcome);
    const isProgress = outcome.is === "asked" && outcome.progress;
    this.patienceMs = isProgress ? FIRST_PATIENCE_MS : Math.min(2 * this.patienceMs, LONGEST_PATIENCE_MS);
    this.archiveMs = isProgress ? FIRST_ARCHIVE_MS : Math.min(2 * this.archiveMs, LONGEST_ARCHIVE_MS);
    if (outcome.is === "failed") this.notBeforeMs = nowMs + Math.max(outcome.retryAfterS * 1000, this.patienceMs);
    return outcome.is === "asked" && outcome.lost;
  }

  /**
   * An old answer is cleared up by the next one, and so is another log: a server may be restored between two questions.
   * One that goes on and gives no account of it is not believed.
   */
  private async settle(carrier: Carrier, doubts: number, outcome: Proving): Promise<void> {
    const { clear, astray } = outcome.is === "asked" ? outcome : { clear: false, astray: null };
    this.isDoubted = false;
    this.isAstray = astray !== null;
    if (astray !== null) this.odd = { why: "stranger", note: astray };
    let left = clear ? 0 : doubts + (this.isAstray ? 1 : 0);
    if (this.odd && left >= MOST_DOUBTS) {
      await accuse(carrier, this.odd);
      left = 0;
    }
    if (left !== doubts) await carrier.database.keep("doubts", left);
  }

  private until({ known, unproved, unarchived, doubts }: Wanting): number | null {
    const nowMs = this.surroundings.monoMs();
    const untilMs = (patienceMs: number) => Math.max(0, this.notBeforeMs - nowMs, this.lastAskMs + patienceMs - nowMs);
    if (this.isDoubted) return untilMs(0);
    if (doubts > 0) return untilMs(this.patienceMs);
    const isCovered = unproved.some((row) => row.index !== undefined && row.index < (this.latest ?? 0));
    const isFresh = isCovered && this.patienceMs === FIRST_PATIENCE_MS;
    if (unproved.length > 0) return untilMs(isFresh ? SETTLES_MS : this.patienceMs);
    if (unarchived.length > 0) return untilMs(this.archiveMs);
    return known && (this.latest ?? 0) > known.size ? untilMs(REFRESH_MS) : null;
  }
}
