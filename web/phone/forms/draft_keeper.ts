/** Puts a half-filled form on the disk: one write after another, each with the newest values. */
import type { DraftPhoto } from "../../device/types.ts";

// A word a second is typed; one strict write for each letter would only wear the phone out.
export const TYPING_PAUSE_MS = 400;

export interface DraftContent<Value> {
  value: Value;
  photos: DraftPhoto[];
}

export class DraftKeeper<Value> {
  private isDirty = false;
  private isHeld = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<unknown> = Promise.resolve(null);

  /** `save` resolves when the disk has it; `shown` is told of every change and whether it is kept. */
  constructor(
    public content: DraftContent<Value>,
    private readonly save: (content: DraftContent<Value>) => Promise<void>,
    private readonly shown: (content: DraftContent<Value>, isKept: boolean) => void,
    private readonly failed: (fault: unknown) => void,
  ) {}

  set(content: DraftContent<Value>, isTyping: boolean): void {
    this.content = content;
    this.isDirty = true;
    this.shown(content, false);
    clearTimeout(this.timer);
    if (isTyping) this.timer = setTimeout(() => void this.flush(), TYPING_PAUSE_MS);
    else void this.flush();
  }

  /** Resolves when all that was typed is on the disk, or with what kept it from there. */
  flush(): Promise<unknown> {
    clearTimeout(this.timer);
    this.running = this.running.then(() => this.write());
    return this.running;
  }

  /** While it is handed in or thrown away nothing more is written, or the draft would come back. */
  hold(isHeld: boolean): void {
    clearTimeout(this.timer);
    this.isHeld = isHeld;
  }

  private async write(): Promise<unknown> {
    if (!this.isDirty || this.isHeld) return null;
    this.isDirty = false;
    try {
      await this.save(this.content);
      this.shown(this.content, !this.isDirty);
      return null;
    } catch (fault) {
      this.isDirty = true;
      this.failed(fault);
      return fault;
    }
  }
}
