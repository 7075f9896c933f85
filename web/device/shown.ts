/** The picture of the phone that the screens look at, and the lock in front of it. */
import { browserLanguage, storageState } from "./browser_events.ts";
import type { Database } from "./database.ts";
import { changePin, openPin } from "./pin.ts";
import { bytesToFree } from "./room.ts";
import type { Sending } from "./sender.ts";
import type { Surroundings } from "./surroundings.ts";
import type { PhoneSnapshot, Stage } from "./types.ts";
import { meOf, Opened, readView, type View } from "./view.ts";

const NO_LOG = { alarms: [], archived: { photos: 0, bytes: 0 } };
const NOTHING_SHOWN = { records: [], drafts: [], messages: [] };

export function emptySnapshot(online: boolean): PhoneSnapshot {
  return {
    ...NOTHING_SHOWN, stage: "new", online, language: browserLanguage(), theme: "system", stations: [],
    outbox: { waiting: 0, photosWaiting: 0, sending: false }, update: "none", storage: { persisted: false },
    log: NO_LOG, pin: false,
  };
}

export class Shown {
  picture: PhoneSnapshot;
  view: View | null = null;
  sending: () => Sending = () => ({ sending: false });
  isUpdateWaiting: () => boolean = () => false;
  private problem: string | undefined;
  private draftKey: CryptoKey | null = null;
  private pinSalt = "";
  private refreshing: Promise<void> = Promise.resolve();
  private readonly seen = new Opened();
  private readonly listeners = new Set<() => void>();
  private readonly channel: ReturnType<Surroundings["channel"]>;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly database: Database,
    /** seals what waits to be sent, and drafts while there is no PIN */
    public outboxKey: CryptoKey,
    heardOtherTab: () => void,
  ) {
    this.picture = emptySnapshot(surroundings.isOnline());
    this.channel = surroundings.channel(surroundings.databaseName);
    if (this.channel) this.channel.onmessage = heardOtherTab;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  isLocked(): boolean {
    return this.draftKey === null;
  }

  /** The key of the drafts; throws while locked. */
  opened(): CryptoKey {
    if (!this.draftKey) throw new Error("locked");
    return this.draftKey;
  }

  lock(): void {
    if (!this.picture.pin) return;
    this.draftKey = null;
    this.seen.forget();
    // At once, not after the next reading: the screen may already be in another hand.
    this.show({ ...this.picture, ...NOTHING_SHOWN, stage: "locked" });
  }

  async unlock(pin: string): Promise<boolean> {
    const kept = await this.database.setting("pin");
    const key = kept ? await openPin(kept, pin) : this.outboxKey;
    if (!key) return false;
    this.draftKey = key;
    this.pinSalt = saltOf(kept?.salt);
    await this.refresh();
    return true;
  }

  async setPin(pin: string | null, oldPin?: string): Promise<void> {
    const key = await changePin(this.database, this.outboxKey, pin, oldPin);
    this.draftKey = key ?? this.outboxKey;
    this.pinSalt = saltOf((await this.database.setting("pin"))?.salt);
    await this.tell();
  }

  /** Starts again with nothing, under a new key. */
  async forget(outboxKey: CryptoKey): Promise<void> {
    this.outboxKey = outboxKey;
    this.seen.forget();
    await this.say(undefined);
  }

  async say(problem: string | undefined): Promise<void> {
    this.problem = problem;
    await this.tell();
  }

  /** After a change that this tab made. */
  async tell(): Promise<void> {
    this.channel?.postMessage("changed");
    await this.refresh();
  }

  /** One reading after another, so that an older one never overwrites a newer. */
  refresh(): Promise<void> {
    this.refreshing = this.refreshing.catch(() => {}).then(() => this.readAgain());
    return this.refreshing;
  }

  async noteStorage(): Promise<void> {
    const storage = await storageState();
    this.show({ ...this.picture, storage: { ...storage, isShort: bytesToFree(storage) > 0 } });
  }

  async close(): Promise<void> {
    await this.refreshing.catch(() => {});
    this.channel?.close();
  }

  private async readAgain(): Promise<void> {
    const pin = await this.database.setting("pin");
    // Without a PIN drafts lie under the outbox key; with another PIN than this tab knows, it must be asked for.
    if (!pin) this.draftKey = this.outboxKey;
    else if (saltOf(pin.salt) !== this.pinSalt) this.draftKey = null;
    if (this.isLocked()) this.seen.forget();
    const view = await readView(this.database, this.outboxKey, this.draftKey, this.seen);
    this.view = view;
    // Locked while it was being read: what was read must not be shown.
    this.show({ ...this.snapshotOf(view), ...(this.isLocked() ? NOTHING_SHOWN : view.shown) });
  }

  private stageOf({ settings }: View): Stage {
    if (!settings.identity) return settings.joining ? "joining" : "new";
    if (!settings.pledgedAtMs) return "pledge";
    return this.isLocked() ? "locked" : "ready";
  }

  private snapshotOf(view: View): PhoneSnapshot {
    const { settings, shown, waiting, photosWaiting } = view;
    const sending = this.sending();
    const isForAPerson = /^(token-|too-old)/.test(sending.lastError ?? "");
    return {
      ...shown,
      stage: this.stageOf(view),
      problem: this.problem ?? (isForAPerson ? sending.lastError : undefined),
      online: this.surroundings.isOnline(),
      language: settings.language ?? browserLanguage(),
      theme: settings.theme ?? "system",
      me: settings.identity && meOf(settings.identity),
      pack: settings.pack,
      stations: settings.pack?.stations ?? [],
      outbox: { ...sending, waiting, photosWaiting, lastExchangeMs: settings.lastExchangeMs },
      update: !this.isUpdateWaiting() ? "none" : view.isBusy ? "waiting" : "ready",
      storage: this.picture.storage,
      log: view.log,
      pin: settings.pin !== undefined,
    };
  }

  private show(picture: PhoneSnapshot): void {
    this.picture = picture;
    this.listeners.forEach((listener) => listener());
  }
}

const saltOf = (salt: ArrayBuffer | undefined): string => (salt ? new Uint8Array(salt).join() : "");
