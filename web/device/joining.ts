/** Goes on trying to join while the answer may only have been lost. */
import { askToPersist } from "./browser_events.ts";
import type { Database, Identity } from "./database.ts";
import { beginJoining, enrol, readCode } from "./enrolment.ts";
import { testKeys } from "./keys.ts";
import { Interrupted } from "./link.ts";
import { expectedOf, mustBeStranger } from "./rejoining.ts";
import type { Surroundings } from "./surroundings.ts";
import { problemOf } from "./unusable.ts";

// A code lives ten minutes, so a lost answer is asked for again soon.
const AGAIN_MS = 5_000;

export class Joining {
  private cancel: () => void = () => {};
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly surroundings: Surroundings,
    private readonly database: Database,
    private readonly say: (problem: string | undefined) => Promise<void>,
    private readonly joined: () => Promise<void>,
  ) {}

  /** Keeps what is sent; of a phone that has joined, only when the server says that it does not know it. */
  async begin(linkOrCode: string, identity: Identity | undefined): Promise<void> {
    const code = readCode(linkOrCode);
    if (!code) throw new Error("code-wrong");
    if (identity) await mustBeStranger(this.database, this.surroundings, identity);
    await testKeys(this.database).catch((error) => Promise.reject(new Error(problemOf(error))));
    await beginJoining(this.database, code, identity && expectedOf(identity));
  }

  /**
   * One attempt with what was kept, and more later while there is hope; rejects with the problem's code. One after the
   * other, in all tabs: of two answers the later has the token that counts.
   */
  attempt(): Promise<void> {
    const { locks, databaseName } = this.surroundings;
    const alone = () => (locks ? locks.request(`${databaseName}-joining`, () => this.once()) : this.once());
    this.running = this.running.catch(() => {}).then(alone);
    return this.running;
  }

  private async once(): Promise<void> {
    this.cancel();
    const joining = await this.database.setting("joining");
    if (!joining) return;
    try {
      await enrol(this.database, this.surroundings, joining);
    } catch (error) {
      if (error instanceof Interrupted) this.cancel = this.surroundings.after(AGAIN_MS, () => void this.quietly());
      const code = error instanceof Error ? error.message : "portal";
      await this.say(code);
      throw new Error(code);
    }
    // Not waited for: Firefox asks the person, and a question that nobody answers would hold up joining for ever.
    void askToPersist();
    await this.joined();
  }

  quietly(): Promise<void> {
    return this.attempt().catch(() => {});
  }

  stop(): void {
    this.cancel();
  }
}
