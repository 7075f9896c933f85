/** Goes on trying to join while the answer may only have been lost. */
import { askToPersist } from "./browser_events.ts";
import type { Database } from "./database.ts";
import { enrol } from "./enrolment.ts";
import { Interrupted } from "./link.ts";
import type { Surroundings } from "./surroundings.ts";

// A code lives ten minutes, so a lost answer is asked for again soon.
const AGAIN_MS = 5_000;

export class Joining {
  private cancel: () => void = () => {};

  constructor(
    private readonly surroundings: Surroundings,
    private readonly database: Database,
    private readonly say: (problem: string | undefined) => Promise<void>,
    private readonly joined: () => Promise<void>,
  ) {}

  /** One attempt with what was kept, and more later while there is hope; rejects with the problem's code. */
  async attempt(): Promise<void> {
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
