/** Sends what waits whenever there is a way, the urgent first, and never lets one bad item hold up another. */
import { MAX_ENTRIES } from "../core/batch.ts";
import { LONGEST_WAIT_MS, waitMs } from "../core/retry.ts";
import { blame, countDue, exchange, nextItemMs, type Attempt, type Carrier } from "./exchange.ts";
import { Interrupted } from "./link.ts";
import { refetchPack } from "./pack_file.ts";
import { hasMoved, nextPhoto, photosFromMs, sendPhoto } from "./photos.ts";
import { Prover } from "./prover.ts";
import { reconcile } from "./reconciling.ts";
import { makeRoom } from "./room.ts";
import type { Surroundings } from "./surroundings.ts";
import type { OutboxState } from "./types.ts";

// Messages and reviews are picked up this often while the app is open and nothing waits.
const POLL_MS = 60_000;
const SHORTEST_WAIT_MS = 1_000;
// Five thousand entries; a server that promises more without end must not keep proofs and photos waiting.
const MOST_EXCHANGES = 50;
const RECONCILE_MS = 60 * 60_000;
// These can be the fault of one entry, which is found by handing in half as many.
const MAY_BE_ONE_ENTRY = new Set(["too-large", "frame", "server-down"]);
// Nothing a phone does by itself mends these, so it asks rarely; a person can ask at once.
const NEEDS_A_PERSON = new Set(["token-revoked", "token-unknown", "too-old"]);

export type Sending = Pick<OutboxState, "sending" | "nextTryMs" | "lastError">;

export class Sender {
  sending: Sending = { sending: false };
  private failures = 0;
  private most = MAX_ENTRIES;
  private spreadS = 0;
  private photosGo = true;
  private refusedUntilMs = 0;
  private lastReconcileMs = -Infinity;
  private pollAtMs = -Infinity;
  private running: Promise<void> | null = null;
  private isWantedAgain = false;
  private isStopped = false;
  /** woken for a proof alone: what was handed in a moment ago need not be asked about again */
  private isForProof = false;
  private readonly prover: Prover;
  private cancel: () => void = () => {};

  constructor(
    private readonly surroundings: Surroundings,
    private readonly carrier: () => Promise<Carrier | null>,
    private readonly changed: () => Promise<void>,
  ) {
    this.prover = new Prover(surroundings);
  }

  /** Sends now, or once more after the round that is under way; resolves when nothing more can be done now. */
  now(isForProof = false): Promise<void> {
    this.isForProof = isForProof;
    this.isWantedAgain = true;
    this.running ??= this.runAll().finally(() => (this.running = null));
    return this.running;
  }

  /** Sends at once, unless the server asked for patience or, which a new report need not mind, to come spread out. */
  nudge(mayBeSpread = true): void {
    const patienceMs = this.refusedUntilMs - this.surroundings.nowMs();
    if (patienceMs > 0) return;
    if (mayBeSpread && this.spreadS > 0) this.schedule(this.surroundings.chance() * this.spreadS * 1000);
    else void this.now();
  }

  askWhatIsLacking(): void {
    this.lastReconcileMs = -Infinity;
    this.prover.hurry();
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.running ?? Promise.resolve();
  }

  stop(): Promise<void> {
    this.isStopped = true;
    this.cancel();
    return this.settled();
  }

  private async runAll(): Promise<void> {
    while (this.isWantedAgain && !this.isStopped) {
      this.isWantedAgain = false;
      await this.runOnce();
    }
  }

  private async runOnce(): Promise<void> {
    const carrier = await this.carrier();
    if (!carrier) return;
    this.cancel();
    if (!this.surroundings.isOnline()) return this.schedule(POLL_MS);
    const { locks, databaseName } = this.surroundings;
    if (!locks) return this.attempt(carrier);
    // Another tab may be sending. Handing in twice would do no harm, but costs a thin line twice.
    await locks.request(`${databaseName}-sender`, { ifAvailable: true }, (lock) =>
      lock ? this.attempt(carrier) : Promise.resolve(this.schedule(POLL_MS)));
  }

  private async attempt(carrier: Carrier): Promise<void> {
    this.sending = { ...this.sending, sending: true, nextTryMs: undefined };
    await this.changed();
    try {
      await this.round(carrier);
      this.succeed();
    } catch (error) {
      this.fail(error);
    }
    if (this.failures === 0) await this.rest(carrier);
    await this.changed();
  }

  private succeed(): void {
    this.failures = 0;
    this.refusedUntilMs = 0;
    this.sending = { sending: false };
  }

  private fail(error: unknown): void {
    const failure = error instanceof Interrupted ? error.failure : { code: "phone-fault", retryAfterS: 0 };
    // On a line that breaks every few seconds each attempt brings something: then the waits must not grow.
    this.failures = hasMoved(this.surroundings) ? 1 : this.failures + 1;
    const isForAPerson = NEEDS_A_PERSON.has(failure.code);
    const wait = isForAPerson ? LONGEST_WAIT_MS : waitMs(this.failures, this.surroundings.chance(), failure.retryAfterS);
    if (failure.retryAfterS > 0) this.refusedUntilMs = this.surroundings.nowMs() + wait;
    this.sending = { sending: false, lastError: failure.code };
    this.schedule(wait);
  }

  /** Waits for the next item, for the next proof, or for what the desk may say. */
  private async rest(carrier: Carrier): Promise<void> {
    // A photo that must wait for the server's word is no reason to ask every second for it: the next poll brings it.
    const fromMs = this.photosGo ? photosFromMs(this.surroundings) : Infinity;
    const [next, proof] = [await nextItemMs(carrier.database, fromMs), await this.prover.waitMs(carrier)];
    const poll = this.pollAtMs - this.surroundings.monoMs();
    const wait = next === null ? poll : Math.min(poll, Math.max(SHORTEST_WAIT_MS, next - this.surroundings.nowMs()));
    if (proof !== null && proof < wait) this.schedule(proof, true);
    else this.schedule(wait);
  }

  private schedule(ms: number, isForProof = false): void {
    this.cancel();
    if (this.isStopped) return;
    const wait = Math.max(ms, SHORTEST_WAIT_MS);
    this.sending = { ...this.sending, nextTryMs: this.surroundings.nowMs() + wait };
    this.cancel = this.surroundings.after(wait, () => void this.now(isForProof));
  }

  /** Entries, what the server lost, proofs, the pack, then photos; entries again between the pieces of a photo. */
  private async round(carrier: Carrier): Promise<void> {
    // Messages come with an exchange alone: however often proofs are asked for, it is not put off beyond its time.
    const mayWait = this.surroundings.monoMs() < this.pollAtMs && !this.prover.isAstray;
    const isForProof = this.isForProof && mayWait && (await countDue(carrier)) === 0;
    this.isForProof = false;
    if (!isForProof) await this.handIn(carrier);
    await this.reconcileIfDue(carrier);
    if (await this.prover.proveIfDue(carrier)) {
      this.lastReconcileMs = -Infinity;
      await this.reconcileIfDue(carrier);
    }
    if (await refetchPack(carrier)) await this.changed();
    await this.sendPhotos(carrier);
    await makeRoom(carrier);
  }

  private async handIn(carrier: Carrier): Promise<void> {
    let isMore = true;
    for (let count = 0; isMore && count < MOST_EXCHANGES && !this.isStopped; count++, await this.changed()) {
      const attempt = await exchange(carrier, this.most);
      isMore = "failure" in attempt ? await this.narrow(carrier, attempt) : this.learn(attempt.round);
    }
  }

  private learn(round: Extract<Attempt, { round: unknown }>["round"]): boolean {
    const { answer, again, turned } = round;
    this.prover.heard(round);
    // The server is another now: what the copy did not hold is handed in again.
    if (turned) this.askWhatIsLacking();
    this.most = Math.max(1, Math.min(answer.maxEntries ?? MAX_ENTRIES, this.most * 2, MAX_ENTRIES));
    this.spreadS = answer.spreadS;
    // When all come at once, those who only ask whether there is news come later.
    this.pollAtMs = this.surroundings.monoMs() + POLL_MS + this.surroundings.chance() * this.spreadS * 1000;
    this.photosGo = answer.photos === "go";
    return again;
  }

  /** Goes on with half as many; throws when the failure is nobody's or the server is to be left in peace. */
  private async narrow(carrier: Carrier, { failure, batch }: Extract<Attempt, { batch: unknown }>): Promise<boolean> {
    if (!MAY_BE_ONE_ENTRY.has(failure.code) || batch.length === 0) throw new Interrupted(failure);
    await blame(carrier, batch, failure);
    this.most = Math.max(1, Math.floor(batch.length / 2));
    // A server that only fails on an entry that failed alone before is well: photos must not wait for that entry.
    const isKnownToFail = batch.length === 1 && batch[0]?.isSuspect === true;
    if (failure.code === "server-down" && !isKnownToFail) throw new Interrupted(failure);
    return true;
  }

  private async reconcileIfDue(carrier: Carrier): Promise<void> {
    const sinceMs = this.surroundings.monoMs() - this.lastReconcileMs;
    if (sinceMs < RECONCILE_MS) return;
    await reconcile(carrier);
    this.lastReconcileMs = this.surroundings.monoMs();
    if ((await countDue(carrier)) > 0) await this.handIn(carrier);
  }

  private async sendPhotos(carrier: Carrier): Promise<void> {
    const isPressed = async () => this.isStopped || (await countDue(carrier)) > 0;
    while (this.photosGo && !this.isStopped) {
      const row = await nextPhoto(carrier);
      if (!row) return;
      await sendPhoto(carrier, row, isPressed);
      await this.changed();
      if ((await countDue(carrier)) > 0) await this.handIn(carrier);
    }
  }
}
