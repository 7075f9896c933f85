/** The observer's phone as the screens see it. */
import { listenToBrowser } from "./browser_events.ts";
import { Database, type Settings } from "./database.ts";
import { deleteDraft, saveDraft } from "./drafts.ts";
import { forgetWaits, type Carrier } from "./exchange.ts";
import { HiddenLock } from "./hidden_lock.ts";
import { Joining } from "./joining.ts";
import { append, savedRecord, type Pen } from "./journal.ts";
import { keptPhoto } from "./kept_photo.ts";
import { logActs } from "./log_acts.ts";
import { outboxKey, signingKey, testKeys, type SigningKey } from "./keys.ts";
import { outboxFile } from "./outbox_file.ts";
import { reinstatement, retraction } from "./retraction.ts";
import { hasRoomFor, withRoom } from "./room.ts";
import { Sender } from "./sender.ts";
import { Shown } from "./shown.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Draft, Language, LogActs, Phone, PhoneSnapshot, StoredRecord, Submission, Theme } from "./types.ts";
import { problemOf } from "./unusable.ts";
import { NO_UPDATES, watchUpdates, type Updates } from "./updates.ts";
import { wiped } from "./wiping.ts";

export class OpenPhone implements Phone {
  readonly sender: Sender;
  readonly log: LogActs;
  private readonly shown: Shown;
  private updates: Updates = NO_UPDATES;
  private signing: SigningKey | null = null;
  private readonly joining: Joining;
  private readonly hiddenLock: HiddenLock;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly database: Database,
    sealing: CryptoKey,
  ) {
    this.shown = new Shown(surroundings, database, sealing, () => void this.heardOtherTab());
    this.sender = new Sender(surroundings, () => this.carrier(), () => this.shown.refresh());
    this.log = logActs(database, this.shown, () => surroundings.nowMs());
    this.joining = new Joining(surroundings, database, (problem) => this.shown.say(problem), () => this.joined());
    this.hiddenLock = new HiddenLock(surroundings, () => this.lock());
    this.shown.sending = () => this.sender.sending;
    this.shown.isUpdateWaiting = () => this.updates.isWaiting();
  }

  async start(): Promise<void> {
    this.signing = await signingKey(this.database);
    await this.shown.refresh();
    if (this.shown.view?.settings.identity && !this.signing) await this.shown.say("key-lost");
    void this.shown.noteStorage();
    this.listen();
    void this.joining.quietly();
    void this.sender.now();
  }

  snapshot(): PhoneSnapshot {
    return this.shown.picture;
  }

  subscribe(listener: () => void): () => void {
    return this.shown.subscribe(listener);
  }

  async selfTest(): Promise<{ ok: boolean; problem?: string }> {
    try {
      await testKeys(this.database);
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  async join(linkOrCode: string): Promise<void> {
    const identity = await this.database.setting("identity");
    // Again only by whoever may see what is on it, and with the very key that signed it.
    if (identity) this.shown.opened();
    if (identity && !this.signing) throw new Error("key-lost");
    await this.joining.begin(linkOrCode, identity);
    await this.shown.tell();
    await this.joining.attempt();
  }

  async acceptPledge(): Promise<void> {
    await this.keep("pledgedAtMs", this.surroundings.nowMs());
  }

  setLanguage(language: Language): Promise<void> {
    return this.keep("language", language);
  }

  setTheme(theme: Theme): Promise<void> {
    return this.keep("theme", theme);
  }

  async saveDraft(draft: Draft): Promise<void> {
    await saveDraft(this.database, this.surroundings, this.shown.opened(), draft);
    await this.shown.tell();
  }

  async deleteDraft(id: string): Promise<void> {
    this.shown.opened();
    await deleteDraft(this.database, id);
    await this.shown.tell();
  }

  async hasRoomFor(bytes: number): Promise<boolean> {
    const has = await hasRoomFor(bytes, this.database, this.surroundings);
    await this.shown.tell(); // what was let go of for it
    return has;
  }

  async submit(submission: Submission): Promise<StoredRecord> {
    const pen = this.pen();
    const isText = !submission.photos?.length;
    const row = await withRoom(this.database, this.surroundings, isText, () => append(pen, submission));
    await this.shown.tell();
    this.updates.askForNudge();
    void this.shown.noteStorage();
    const record = this.snapshot().records.find((each) => each.id === row.id);
    this.sender.nudge(false);
    // Locked in the very moment of saving, nothing is shown; it is saved all the same.
    return record ?? savedRecord(row, submission);
  }

  async retract(id: string, reason: string): Promise<StoredRecord> {
    return this.submit(retraction(this.snapshot().records, id, reason));
  }

  async reinstate(id: string, reason: string): Promise<StoredRecord> {
    return this.submit(reinstatement(this.snapshot().records, id, reason));
  }

  async retryNow(): Promise<void> {
    await forgetWaits(this.database);
    this.sender.askWhatIsLacking();
    const { joining, identity } = this.shown.view?.settings ?? {};
    if (joining) await this.joining[identity ? "quietly" : "attempt"]();
    await this.sender.now();
  }

  async exportOutbox(): Promise<Blob> {
    this.shown.opened();
    const identity = this.shown.view?.settings.identity;
    if (!identity) throw new Error("not-joined");
    return outboxFile(this.database, this.shown.outboxKey, identity, this.surroundings.nowMs());
  }

  setPin(pin: string | null, oldPin?: string): Promise<void> {
    return this.shown.setPin(pin, oldPin);
  }

  unlock(pin: string): Promise<boolean> {
    return this.shown.unlock(pin);
  }

  lock(): void {
    this.shown.lock();
  }

  async wipe(insist: boolean): Promise<{ refused?: "unsent" | "unarchived" }> {
    const refused = await wiped(this.database, insist, this.shown.isLocked(), this.snapshot().language);
    if (refused) return { refused };
    await this.beginAnew();
    return {};
  }

  async applyUpdate(): Promise<void> {
    if (this.snapshot().update === "ready") await this.updates.take();
  }

  async photoUrl(digest: string): Promise<string | null> {
    if (this.shown.isLocked()) return null;
    const drafted = this.snapshot().drafts.flatMap((draft) => draft.photos).find((photo) => photo.digest === digest);
    if (drafted) return URL.createObjectURL(new Blob([drafted.bytes], { type: drafted.mediaType }));
    const kept = await keptPhoto(this.database, this.shown.outboxKey, digest);
    return kept && URL.createObjectURL(new Blob([kept.bytes], { type: kept.row.mediaType }));
  }

  /** Ends what this phone does in the background. */
  async close(): Promise<void> {
    this.hiddenLock.stop();
    this.joining.stop();
    await this.sender.stop();
    await this.shown.close();
    await this.database.close();
  }

  private listen(): void {
    const changed = () => void this.shown.refresh();
    listenToBrowser({ awake: () => void this.awake(), changed, lock: this.hiddenLock });
    void watchUpdates(changed, () => this.sender.nudge()).then((updates) => {
      this.updates = updates;
      changed();
    });
  }

  private pen(): Pen {
    this.shown.opened();
    const identity = this.shown.view?.settings.identity;
    if (!identity) throw new Error("not-joined");
    if (!this.signing) throw new Error("key-lost");
    const { database, surroundings, signing, shown } = this;
    const [election, device] = [identity.election.id, identity.deviceId];
    return { database, surroundings, signing, sealing: shown.outboxKey, election, device };
  }

  private async carrier(): Promise<Carrier | null> {
    const { database, surroundings, shown } = this;
    const identity = await database.setting("identity");
    return identity ? { database, surroundings, identity, sealing: shown.outboxKey } : null;
  }

  private async joined(): Promise<void> {
    this.signing = await signingKey(this.database);
    await this.shown.say(undefined);
    void this.shown.noteStorage();
    // A server that did not know this phone lacks what was handed in before.
    await forgetWaits(this.database);
    this.sender.askWhatIsLacking();
    void this.sender.now();
  }

  private async awake(): Promise<void> {
    await this.shown.refresh();
    if (this.shown.view?.settings.joining) await this.joining.quietly();
    await forgetWaits(this.database);
    this.sender.nudge();
  }

  private async beginAnew(): Promise<void> {
    this.signing = null;
    await this.shown.forget(await outboxKey(this.database));
  }

  private async heardOtherTab(): Promise<void> {
    const before = this.shown.view?.settings.identity;
    await this.shown.refresh();
    const identity = this.shown.view?.settings.identity;
    if (identity) this.signing ??= await signingKey(this.database);
    else if (before) await this.beginAnew();
    // Joined again there: what the server said of the former token is no longer so.
    if (before && identity && before.token !== identity.token) void this.sender.now();
    else if ((this.shown.view?.waiting ?? 0) > 0) this.sender.nudge();
  }

  private async keep<N extends keyof Settings>(name: N, value: Settings[N]): Promise<void> {
    await this.database.keep(name, value);
    await this.shown.tell();
  }
}
