/** Days in the life of a phone, to look at. */
import type { PhoneSnapshot, StoredRecord } from "../../device/types.ts";
import { NOW_MS, READY } from "./fake_phone.ts";

const MINUTE_MS = 60_000;
const STATION = "138450-03";

function record(
  seq: number,
  kind: string,
  body: Record<string, unknown>,
  more: Partial<StoredRecord> = {},
): StoredRecord {
  const id = `record-${seq}`;
  return {
    id,
    kind,
    subject: id,
    refs: [],
    seq,
    body: { station: STATION, ...body },
    photos: [],
    savedAtMs: NOW_MS - (60 - seq) * MINUTE_MS,
    state: "server",
    verdict: "stored",
    attempts: 1,
    ...more,
  };
}

const incident = (seq: number, type: string, more: Partial<StoredRecord> = {}, body: Record<string, unknown> = {}) =>
  record(
    seq,
    "incident.report",
    {
      type,
      severity: 4,
      occurred_ms: NOW_MS - 50 * MINUTE_MS,
      basis: "direct",
      captured: "here",
      text: "مُنع ثلاثة ناخبين من الدخول مع أن أسماءهم في السجل، ودام ذلك نحو عشر دقائق ثم سُمح لهم.",
      ...body,
    },
    more,
  );

const PROOF = { state: "proved", proof: { index: 41_207, size: 70_412, atMs: NOW_MS - 9 * MINUTE_MS } } as const;

const RECORDS: StoredRecord[] = [
  record(1, "visit.open", { at_ms: NOW_MS - 150 * MINUTE_MS }),
  record(2, "observation.submit", {
    checklist: "arrival@1",
    answers: { AR1: "07:10", AR3: "general", AR4: 512, AR5: "yes", AR8: "no" },
    captured: "here",
  }),
  incident(10, "VO05", {
    review: {
      finding: "doubt",
      reason: "هل رأيت ذلك بنفسك أم سمعته؟ ذكر مراقب آخر أن الباب كان مفتوحاً.",
      atMs: NOW_MS - 20 * MINUTE_MS,
    },
  }),
  incident(12, "VO03", {
    state: "phone",
    verdict: undefined,
    photos: [{ digest: "p1", size: 210_000, mediaType: "image/jpeg", sent: false }],
  }),
  incident(
    14,
    "CA01",
    { state: "look", verdict: "quarantined", why: "unknown-station" },
    { station: "999999-01", captured: "paper" },
  ),
  record(
    16,
    "tape.submit",
    {
      count: "machine",
      figures: { registered: 512, verified: 301, ballots: 301, valid: 290, invalid: 11 },
      votes: { 101: 120, 108: 170 },
      pages: [],
    },
    {
      state: "phone",
      verdict: "stored",
      photos: [
        { digest: "p2", size: 300_000, mediaType: "image/jpeg", sent: true },
        { digest: "p3", size: 280_000, mediaType: "image/jpeg", sent: false },
      ],
    },
  ),
  incident(18, "SE07", { supersededBy: "record-20" }),
  incident(20, "SE07", { subject: "record-18", refs: ["record-18"], retracted: true }),
  record(22, "retract", { reason: "تبيّن أن الأمر في محطة أخرى" }, { subject: "record-18", refs: ["record-20"] }),
];

export const SCENES: Record<string, PhoneSnapshot> = {
  new: { ...READY, stage: "new", me: undefined, pack: undefined, stations: [] },
  proved: {
    ...READY,
    records: [
      ...RECORDS.filter(({ state }) => state === "server"),
      incident(30, "VO03", {
        ...PROOF,
        archived: true,
        photos: [{ digest: "p5", size: 210_000, mediaType: "image/jpeg", sent: true, gone: true }],
      }),
      incident(32, "SE07", PROOF),
    ],
    log: { ...READY.log, archived: { photos: 14, bytes: 3_900_000 }, freed: { photos: 6, bytes: 1_700_000 } },
    storage: { ...READY.storage, isShort: true },
  },
  restored: {
    ...READY,
    records: RECORDS,
    outbox: { ...READY.outbox, waiting: 2 },
    log: { ...READY.log, restored: { atMs: NOW_MS, checked: true, lacking: 5, again: 3, photos: 2 } },
  },
  alarm: {
    ...READY,
    records: [...RECORDS, incident(30, "VO03", PROOF)],
    log: {
      ...READY.log,
      alarms: [
        { id: "a", why: "shrunk", atMs: NOW_MS - 3 * MINUTE_MS, keptSize: 70_412, refusedSize: 70_388, looked: false },
        { id: "b", why: "bad-handover", atMs: NOW_MS - 2 * MINUTE_MS, keptSize: 70_412, looked: false },
      ],
    },
  },
  unsupported: { ...READY, stage: "unsupported", problem: "no-storage", me: undefined, pack: undefined, stations: [] },
  pledge: { ...READY, stage: "pledge" },
  locked: { ...READY, stage: "locked", pin: true, outbox: { ...READY.outbox, waiting: 2 } },
  empty: READY,
  stranger: { ...READY, records: RECORDS, outbox: { ...READY.outbox, waiting: 3, lastError: "token-unknown" } },
  rejoined: {
    ...READY,
    log: { ...READY.log, restored: { atMs: NOW_MS, checked: true, lacking: 5, again: 5, photos: 2, joined: "not-shown" } },
  },
  day: {
    ...READY,
    records: RECORDS,
    online: false,
    update: "ready",
    pin: true,
    storage: { ...READY.storage, persisted: false },
    outbox: {
      waiting: 1,
      photosWaiting: 2,
      sending: false,
      lastExchangeMs: NOW_MS - 12 * MINUTE_MS,
      nextTryMs: NOW_MS + 42_000,
      lastError: "no-network",
    },
    messages: [
      { id: "m1", text: "يرجى إرسال استمارة الاقتراع قبل الساعة 12:00. شكراً لعملكم.", atMs: NOW_MS - 31 * MINUTE_MS },
    ],
    drafts: [
      {
        id: "checklist voting@1 138450-03",
        screen: "checklist",
        station: STATION,
        photos: [],
        changedAtMs: NOW_MS - 4 * MINUTE_MS,
        value: {
          answers: { VO1: "08:30", VO2: 112, VO3: "mostly", VO4: 3, VO7: "no", VO8: "no" },
          startedMs: NOW_MS - 30 * MINUTE_MS,
          captured: "here",
        },
      },
      {
        id: "tape 138450-03 manual",
        screen: "tape",
        station: STATION,
        photos: [],
        changedAtMs: NOW_MS - 2 * MINUTE_MS,
        value: {
          figures: { registered: 512, verified: 301, ballots: 305, valid: 290, invalid: 11 },
          votes: { 101: 100, 108: 170 },
          captured: "here",
          earlierPages: [],
        },
      },
    ],
  },
};
