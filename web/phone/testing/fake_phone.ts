/** A phone in memory, for tests of the screens and for looking at them; nothing of it is in the app that is built. */
import type { Draft, LogActs, Phone, PhoneSnapshot, StoredRecord, Submission } from "../../device/types.ts";
import { PACK, STATIONS } from "./fake_pack.ts";

// 09:42 in Baghdad on the day of the vote.
export const NOW_MS = Date.parse("2026-11-22T06:42:00Z");

export const READY: PhoneSnapshot = {
  stage: "ready",
  online: true,
  language: "ar",
  theme: "system",
  pack: PACK,
  stations: STATIONS,
  records: [],
  drafts: [],
  messages: [],
  me: {
    observer: "obs-7f3k",
    deviceId: "q3Zk8vY1rN0bE5tWmXc2LhGfUoJsAiDp4RyK6TzQeVw",
    organisation: { id: "shams", name: { ar: "شبكة شمس", ckb: "تۆڕی شەمس", en: "Shams network" } },
    election: {
      id: "iq-2026",
      name: {
        ar: "انتخابات مجلس النواب 2026",
        ckb: "هەڵبژاردنی ئەنجومەنی نوێنەران 2026",
        en: "Council of Representatives election 2026",
      },
      date: "2026-11-22",
      opens_ms: Date.parse("2026-11-22T04:00:00Z"),
      closes_ms: Date.parse("2026-11-22T15:00:00Z"),
    },
  },
  outbox: { waiting: 0, photosWaiting: 0, sending: false, lastExchangeMs: NOW_MS - 180_000 },
  update: "none",
  storage: { persisted: true, usedBytes: 3_400_000, quotaBytes: 1_800_000_000 },
  pin: false,
  log: {
    known: { origin: "sanad.example/log/9f2c", size: 70_412, atMs: NOW_MS - 60_000 },
    alarms: [],
    archived: { photos: 0, bytes: 0 },
  },
};

export class FakePhone implements Phone {
  private listeners = new Set<() => void>();
  private seq = 100;

  constructor(
    private shown: PhoneSnapshot,
    private nowMs: () => number = () => NOW_MS,
  ) {}

  private change(part: Partial<PhoneSnapshot>): void {
    this.shown = { ...this.shown, ...part };
    this.listeners.forEach((listener) => listener());
  }

  snapshot = () => this.shown;
  subscribe = (listener: () => void) => (this.listeners.add(listener), () => void this.listeners.delete(listener));
  log: LogActs = {
    lookAtAlarms: async () => this.changeLog({ alarms: this.shown.log.alarms.map((alarm) => ({ ...alarm, looked: true })) }),
    exportEvidence: async () => new Blob(["{}"], { type: "application/json" }),
    dismiss: async (told) => this.changeLog({ [told]: undefined }),
    letGoOfPhotos: async () => this.changeLog({ archived: { photos: 0, bytes: 0 } }),
  };
  private changeLog = (part: Partial<PhoneSnapshot["log"]>) => this.change({ log: { ...this.shown.log, ...part } });

  selfTest = async () => ({ ok: true });
  join = async (code: string) => {
    if (code.length < 8) throw new Error("code-wrong");
    if (this.shown.outbox.lastError === "token-unknown") {
      const restored = { atMs: this.nowMs(), checked: true, lacking: 5, again: 5, photos: 2, joined: "not-shown" as const };
      return this.change({ outbox: { ...this.shown.outbox, lastError: undefined }, log: { ...this.shown.log, restored } });
    }
    if (this.shown.stage === "ready") throw new Error("already-joined");
    this.change({ stage: "pledge", me: READY.me, pack: PACK });
  };
  acceptPledge = async () => this.change({ stage: "ready" });
  setLanguage = async (language: PhoneSnapshot["language"]) => this.change({ language });
  setTheme = async (theme: PhoneSnapshot["theme"]) => this.change({ theme });
  hasRoomFor = async () => true;
  saveDraft = async (draft: Draft) =>
    this.change({ drafts: [...this.shown.drafts.filter(({ id }) => id !== draft.id), draft] });
  deleteDraft = async (gone: string) => this.change({ drafts: this.shown.drafts.filter(({ id }) => id !== gone) });

  submit = async ({ kind, body, subject, refs = [], photos = [], draftId }: Submission): Promise<StoredRecord> => {
    const id = `record-${++this.seq}`;
    const record: StoredRecord = {
      id,
      kind,
      subject: subject ?? id,
      refs,
      seq: this.seq,
      body,
      savedAtMs: this.nowMs(),
      state: "phone",
      attempts: 0,
      photos: photos.map(({ bytes, mediaType }, place) => ({
        digest: `${id}-${place}`,
        size: bytes.byteLength,
        mediaType,
        sent: false,
      })),
    };
    const records = this.shown.records.map((one) =>
      refs.includes(one.id) && one.kind === kind ? { ...one, supersededBy: id } : one,
    );
    this.change({
      records: [...records, record],
      drafts: this.shown.drafts.filter((draft) => draft.id !== draftId),
      outbox: { ...this.shown.outbox, waiting: this.shown.outbox.waiting + 1 },
    });
    return record;
  };

  private mark(kind: "retract" | "reinstate", id: string, reason: string): Promise<StoredRecord> {
    const record = this.shown.records.find((one) => one.id === id)!;
    this.change({
      records: this.shown.records.map((one) => (one.id === id ? { ...one, retracted: kind === "retract" } : one)),
    });
    return this.submit({ kind, body: { reason }, subject: record.subject, refs: [id] });
  }
  retract = (id: string, reason: string) => this.mark("retract", id, reason);
  reinstate = (id: string, reason: string) => this.mark("reinstate", id, reason);
  retryNow = async () =>
    this.change({
      outbox: {
        ...this.shown.outbox,
        waiting: 0,
        photosWaiting: 0,
        lastExchangeMs: this.nowMs(),
        lastError: undefined,
      },
    });
  exportOutbox = async () => new Blob(["{}"], { type: "application/json" });
  setPin = async (pin: string | null, oldPin?: string) => {
    if (this.shown.pin && oldPin !== "123456") throw new Error("wrong-pin");
    this.change({ pin: pin !== null });
  };
  unlock = async (pin: string) => {
    if (pin === "123456") this.change({ stage: "ready" });
    return pin === "123456";
  };
  lock = () => this.change({ stage: "locked" });
  wipe = async (insist: boolean): Promise<{ refused?: "unsent" }> => {
    if (this.shown.outbox.waiting > 0 && !insist) return { refused: "unsent" };
    this.change({ ...READY, stage: "new", pack: undefined, me: undefined, stations: [] });
    return {};
  };
  applyUpdate = async () => this.change({ update: "none" });
  photoUrl = async () => null;
}
