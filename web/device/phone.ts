/** The observer's phone as the screens see it. */
import { askToPersist, browserLanguage, listenToBrowser, storageState } from "./browser_events.ts";
import { Database, type Settings, type Store } from "./database.ts";
import { deleteDraft, saveDraft } from "./drafts.ts";
import { beginJoining, enrol, readCode } from "./enrolment.ts";
import { forgetWaits, type Carrier } from "./exchange.ts";
import { append, type Pen } from "./journal.ts";
import { outboxKey, signingKey, testKeys, type SigningKey } from "./keys.ts";
import { Interrupted } from "./link.ts";
import { outboxFile } from "./outbox_file.ts";
import { changePin, openPin } from "./pin.ts";
import { retraction, reinstatement } from "./retraction.ts";
import { unseal } from "./sealing.ts";
import { Sender } from "./sender.ts";
import { browserSurroundings, type Surroundings } from "./surroundings.ts";
import type { Draft, Language, Phone, PhoneSnapshot, Stage, StoredRecord, Submission, Theme } from "./types.ts";
import { NO_UPDATES, watchUpdates, type Updates } from "./updates.ts";
import { meOf, readView, type Bodies, type View } from "./view.ts";

// A phone put down for a minute may be in somebody else's hand.
const LOCK_AFTER_MS = 60_000;
const JOIN_AGAIN_MS = 5_000;
const EVERYTHING: Store[] = [
  "settings", "keys", "journal", "photos", "photo_bytes", "drafts", "draft_photos", "received",
];

export class OpenPhone implements Phone {
  readonly sender: Sender;
  private picture: PhoneSnapshot;
  private readonly listeners = new Set<() => void>();
  private readonly bodies: Bodies = new Map();
  private readonly channel: ReturnType<Surroundings["channel"]>;
  private updates: Updates = NO_UPDATES;
  private signing: SigningKey | null = null;
  private draftKey: CryptoKey | null = null;
  private pinSalt = "";
  private view: View | null = null;
  private problem: string | undefined;
  private refreshing: Promise<void> = Promise.resolve();
  private hiddenAtMs: number | null = null;
  private stopLockTimer: () => void = () => {};

  constructor(
    private readonly surroundings: Surroundings,
    private readonly database: Database,
    private sealing: CryptoKey,
  ) {
    this.picture = emptySnapshot(surroundings.isOnline());
    this.sender = new Sender(surroundings, () => this.carrier(), () => this.refresh());
    this.channel = surroundings.channel(surroundings.databaseName);
    if (this.channel) this.channel.onmessage = () => void this.heardOtherTab();
  }

  async start(): Promise<void> {
    this.signing = await signingKey(this.database);
    await this.refresh();
    if (this.view?.settings.identity && !this.signing) await this.say("key-lost");
    void this.noteStorage();
    listenToBrowser({
      awake: () => void this.awake(), changed: () => void this.refresh(),
      hidden: () => this.hidden(), shown: () => this.shown(),
    });
    void watchUpdates(() => void this.refresh(), () => this.sender.nudge()).then((updates) => {
      this.updates = updates;
      return this.refresh();
    });
    if (this.view?.settings.joining) void this.joinAgain();
    else void this.sender.now();
  }

  snapshot(): PhoneSnapshot {
    return this.picture;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async selfTest(): Promise<{ ok: boolean; problem?: string }> {
    try {
      await testKeys(this.database);
      return { ok: true };
    } catch (error) {
      const isOurs = error instanceof Error && error.message === "key-not-kept";
      return { ok: false, problem: isOurs || isCloneFault(error) ? "key-not-kept" : "no-storage" };
    }
  }

  async join(linkOrCode: string): Promise<void> {
    const code = readCode(linkOrCode);
    if (!code) throw new Error("code-wrong");
    if (this.view?.settings.identity) throw new Error("already-joined");
    const test = await this.selfTest();
    if (!test.ok) throw new Error(test.problem);
    await beginJoining(this.database, code);
    await this.refresh();
    await this.tryToJoin();
  }

  async acceptPledge(): Promise<void> {
    await this.set("pledgedAtMs", this.surroundings.nowMs());
  }

  setLanguage(language: Language): Promise<void> {
    return this.set("language", language);
  }

  setTheme(theme: Theme): Promise<void> {
    return this.set("theme", theme);
  }

  async saveDraft(draft: Draft): Promise<void> {
    await saveDraft(this.database, this.opened(), draft);
    await this.tell();
  }

  async deleteDraft(id: string): Promise<void> {
    this.opened();
    await deleteDraft(this.database, id);
    await this.tell();
  }

  async submit(submission: Submission): Promise<StoredRecord> {
    const row = await append(this.pen(), submission);
    await this.tell();
    this.updates.askForNudge();
    void this.sender.now();
    return this.picture.records.find((record) => record.id === row.id) as StoredRecord;
  }

  async retract(id: string, reason: string): Promise<StoredRecord> {
    return this.submit(retraction(this.picture.records, id, reason));
  }

  async reinstate(id: string, reason: string): Promise<StoredRecord> {
    return this.submit(reinstatement(this.picture.records, id, reason));
  }

  async retryNow(): Promise<void> {
    await forgetWaits(this.database);
    this.sender.askWhatIsLacking();
    await (this.view?.settings.joining ? this.tryToJoin() : this.sender.now());
  }

  async exportOutbox(): Promise<Blob> {
    this.opened();
    const identity = this.view?.settings.identity;
    if (!identity) throw new Error("not-joined");
    return outboxFile(this.database, this.sealing, identity, this.surroundings.nowMs());
  }

  async setPin(pin: string | null, oldPin?: string): Promise<void> {
    const key = await changePin(this.database, this.sealing, pin, oldPin);
    this.draftKey = key ?? this.sealing;
    this.pinSalt = saltOf((await this.database.setting("pin"))?.salt);
    await this.tell();
  }

  async unlock(pin: string): Promise<boolean> {
    const kept = await this.database.setting("pin");
    const key = kept ? await openPin(kept, pin) : this.sealing;
    if (!key) return false;
    this.draftKey = key;
    this.pinSalt = saltOf(kept?.salt);
    await this.refresh();
    return true;
  }

  lock(): void {
    if (!this.picture.pin) return;
    this.draftKey = null;
    this.bodies.clear();
    // At once, not after the next reading: the screen may already be in another hand.
    this.show({ ...this.picture, stage: "locked", records: [], drafts: [], messages: [] });
  }

  async wipe(insist: boolean): Promise<{ refused?: "unsent" }> {
    await this.refresh();
    const isLocked = this.draftKey === null;
    const isUnsent = this.view?.isUnsent === true;
    // Sealed drafts of a forgotten PIN can never be opened again; what waits to be sent still can be sent.
    if (isUnsent && (isLocked || !insist)) return { refused: "unsent" };
    if (this.view?.hasDrafts && !isLocked && !insist) return { refused: "unsent" };
    const language = this.picture.language;
    await this.database.strict(EVERYTHING, async (transaction) => {
      for (const store of EVERYTHING) await transaction.objectStore(store).clear();
      await transaction.objectStore("settings").put(language, "language");
    });
    await this.forgetAll();
    return {};
  }

  async applyUpdate(): Promise<void> {
    if (this.picture.update === "ready") await this.updates.take();
  }

  async photoUrl(digest: string): Promise<string | null> {
    const drafted = this.picture.drafts.flatMap((draft) => draft.photos).find((photo) => photo.digest === digest);
    const bytes = drafted ?? (await this.storedPhoto(digest));
    return bytes && URL.createObjectURL(new Blob([bytes.bytes], { type: bytes.mediaType }));
  }

  /** Ends what this phone does in the background. */
  async close(): Promise<void> {
    this.stopLockTimer();
    await this.sender.stop();
    await this.refreshing.catch(() => {});
    this.channel?.close();
    await this.database.close();
  }

  private async storedPhoto(digest: string): Promise<{ bytes: ArrayBuffer; mediaType: string } | null> {
    if (!this.draftKey) return null;
    const [row, sealed] = await this.database.read(["photos", "photo_bytes"], async (transaction) => [
      await transaction.objectStore("photos").get(digest),
      await transaction.objectStore("photo_bytes").get(digest),
    ]);
    const bytes = sealed && (await unseal(this.sealing, sealed).catch(() => undefined));
    return row && bytes ? { bytes, mediaType: row.mediaType } : null;
  }

  private opened(): CryptoKey {
    if (!this.draftKey) throw new Error("locked");
    return this.draftKey;
  }

  private pen(): Pen {
    this.opened();
    const identity = this.view?.settings.identity;
    if (!identity) throw new Error("not-joined");
    if (!this.signing) throw new Error("key-lost");
    const { database, surroundings, signing, sealing } = this;
    return { database, surroundings, signing, sealing, election: identity.election.id, device: identity.deviceId };
  }

  private async carrier(): Promise<Carrier | null> {
    const identity = await this.database.setting("identity");
    return identity ? { database: this.database, surroundings: this.surroundings, identity, sealing: this.sealing } : null;
  }

  private async tryToJoin(): Promise<void> {
    const joining = await this.database.setting("joining");
    if (!joining) return;
    try {
      await enrol(this.database, this.surroundings, joining);
    } catch (error) {
      const code = error instanceof Error ? error.message : "portal";
      await this.say(code);
      if (error instanceof Interrupted) this.surroundings.after(JOIN_AGAIN_MS, () => void this.joinAgain());
      throw new Error(code);
    }
    this.signing = await signingKey(this.database);
    await askToPersist();
    await this.say(undefined);
    void this.noteStorage();
    void this.sender.now();
  }

  private joinAgain(): Promise<void> {
    return this.tryToJoin().catch(() => {});
  }

  private async awake(): Promise<void> {
    await this.refresh();
    if (this.view?.settings.joining) return this.joinAgain();
    await forgetWaits(this.database);
    this.sender.nudge();
  }

  private async heardOtherTab(): Promise<void> {
    await this.refresh();
    if ((this.view?.waiting ?? 0) > 0) this.sender.nudge();
  }

  private hidden(): void {
    this.hiddenAtMs = this.surroundings.monoMs();
    this.stopLockTimer = this.surroundings.after(LOCK_AFTER_MS, () => this.lock());
  }

  private shown(): void {
    this.stopLockTimer();
    // A timer sleeps with the phone; the clock does not.
    const awayMs = this.hiddenAtMs === null ? 0 : this.surroundings.monoMs() - this.hiddenAtMs;
    this.hiddenAtMs = null;
    if (awayMs >= LOCK_AFTER_MS) this.lock();
  }

  private async set<N extends keyof Settings>(name: N, value: Settings[N]): Promise<void> {
    await this.database.keep(name, value);
    await this.tell();
  }

  private async say(problem: string | undefined): Promise<void> {
    this.problem = problem;
    await this.tell();
  }

  private async tell(): Promise<void> {
    this.channel?.postMessage("changed");
    await this.refresh();
  }

  private async noteStorage(): Promise<void> {
    this.show({ ...this.picture, storage: await storageState() });
  }

  private async forgetAll(): Promise<void> {
    this.sealing = await outboxKey(this.database);
    this.signing = null;
    this.draftKey = this.sealing;
    this.problem = undefined;
    this.bodies.clear();
    await this.tell();
  }

  /** One reading after another, so that an older one never overwrites a newer. */
  private refresh(): Promise<void> {
    this.refreshing = this.refreshing.catch(() => {}).then(() => this.readAgain());
    return this.refreshing;
  }

  private async readAgain(): Promise<void> {
    const pin = await this.database.setting("pin");
    // Without a PIN drafts lie under the outbox key; with another PIN than this tab knows, it must be asked for.
    if (!pin) this.draftKey = this.sealing;
    else if (saltOf(pin.salt) !== this.pinSalt) this.draftKey = null;
    const view = await readView(this.database, this.sealing, this.draftKey, this.bodies);
    // Locked while it was being read: what was read must not be shown.
    if (this.draftKey === null) view.shown = { records: [], drafts: [], messages: [] };
    this.view = view;
    this.show(this.snapshotOf(view));
  }

  private stageOf({ settings }: View): Stage {
    if (settings.joining) return "joining";
    if (!settings.identity) return "new";
    if (!settings.pledgedAtMs) return "pledge";
    return this.draftKey === null ? "locked" : "ready";
  }

  private snapshotOf(view: View): PhoneSnapshot {
    const { settings, shown, waiting, photosWaiting } = view;
    const { sending } = this.sender;
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
      update: !this.updates.isWaiting() ? "none" : view.isBusy ? "waiting" : "ready",
      storage: this.picture.storage,
      pin: settings.pin !== undefined,
    };
  }

  private show(picture: PhoneSnapshot): void {
    this.picture = picture;
    this.listeners.forEach((listener) => listener());
  }
}

const saltOf = (salt: ArrayBuffer | undefined): string => (salt ? new Uint8Array(salt).join() : "");

const isCloneFault = (error: unknown): boolean => error instanceof Error && error.name === "DataCloneError";

export function emptySnapshot(online: boolean): PhoneSnapshot {
  return {
    stage: "new", online, language: browserLanguage(), theme: "system", stations: [], records: [], drafts: [],
    messages: [], outbox: { waiting: 0, photosWaiting: 0, sending: false }, update: "none",
    storage: { persisted: false }, pin: false,
  };
}

/** Opens what this phone holds; resolves when the first picture of it can be shown, and never rejects. */
export async function openPhone(changed: Partial<Surroundings> = {}): Promise<Phone> {
  const surroundings = { ...browserSurroundings(), ...changed };
  if (typeof indexedDB === "undefined") return unusablePhone("no-storage");
  if (!globalThis.crypto?.subtle) return unusablePhone("no-crypto");
  try {
    const database = new Database(surroundings.databaseName);
    const phone = new OpenPhone(surroundings, database, await outboxKey(database));
    await phone.start();
    return phone;
  } catch (error) {
    return unusablePhone(isCloneFault(error) || (error as Error).message === "key-not-kept" ? "key-not-kept" : "no-storage");
  }
}

/** A browser in which nothing can be kept safely records nothing; the screens say why. */
function unusablePhone(problem: string): Phone {
  const picture: PhoneSnapshot = { ...emptySnapshot(true), stage: "unsupported", problem };
  const refuse = () => Promise.reject(new Error(problem));
  return {
    snapshot: () => picture, subscribe: () => () => {}, selfTest: async () => ({ ok: false, problem }),
    setLanguage: async (language) => void (picture.language = language), setTheme: async (theme) => void (picture.theme = theme),
    lock: () => {}, photoUrl: async () => null, join: refuse, acceptPledge: refuse, saveDraft: refuse, deleteDraft: refuse,
    submit: refuse, retract: refuse, reinstate: refuse, retryNow: refuse, exportOutbox: refuse, setPin: refuse,
    unlock: refuse, wipe: refuse, applyUpdate: refuse,
  };
}
