/** Reads from the phone's database what a screen may show. */
import { foldRecords, hasArrived, type OwnEntry } from "../core/records.ts";
import { alarmsIn, shownAlarm, type Alarm } from "./alarms.ts";
import type { Database, Identity, JournalRow, PhotoRow, Settings } from "./database.ts";
import { openDrafts, type OpenedDrafts } from "./drafts.ts";
import type { LogPicture } from "./log_types.ts";
import { messagesOf, reviewsOf } from "./received.ts";
import { archivedPhotos } from "./room.ts";
import { unsealText } from "./sealing.ts";
import type { Me, PhoneSnapshot } from "./types.ts";

export interface View {
  settings: Partial<Settings>;
  shown: Pick<PhoneSnapshot, "records" | "drafts" | "messages">;
  waiting: number;
  photosWaiting: number;
  log: LogPicture;
  /** a new version must wait: something is being sent, or half filled in */
  isBusy: boolean;
}

const NAMES: (keyof Settings)[] = [
  "language", "theme", "identity", "joining", "pledgedAtMs", "pack", "lastExchangeMs", "pin", "log", "restored",
  "freed",
];

/** What was opened before: bodies, which never change, and drafts by their version. */
export class Opened {
  readonly bodies = new Map<string, Record<string, unknown>>();
  readonly drafts: OpenedDrafts = new Map();

  forget(): void {
    this.bodies.clear();
    this.drafts.clear();
  }
}

async function bodyOf(row: JournalRow, key: CryptoKey, { bodies }: Opened): Promise<Record<string, unknown>> {
  const known = bodies.get(row.id);
  if (known) return known;
  const text = await unsealText(key, row.body).catch(() => "{}");
  const body = JSON.parse(text) as Record<string, unknown>;
  bodies.set(row.id, body);
  return body;
}

function ownEntry(row: JournalRow, body: Record<string, unknown>, photos: Map<string, PhotoRow>, origin?: string): OwnEntry {
  const { id, seq, kind, subject, refs, savedAtMs, attempts, verdict, why, bucket, lastError } = row;
  const own = row.photos.map((photo) => {
    const { sent = false, gone } = photos.get(photo.digest) ?? {};
    return { ...photo, sent, gone };
  });
  const proof = row.proofs?.findLast((each) => each.origin === origin);
  const stuck = row.photos.map((photo) => photos.get(photo.digest)).find((photo) => photo?.look);
  return {
    id, seq, kind, subject, refs, body, savedAtMs, attempts, verdict, why, bucket,
    proof: proof && { index: proof.index, size: proof.size, atMs: proof.atMs },
    archived: (origin !== undefined && row.archivedIn === origin) || undefined,
    photos: own, lastError: lastError ?? stuck?.lastError, look: row.look === true || stuck !== undefined,
  };
}

function readRows(database: Database) {
  return database.read(["settings", "journal", "photos", "received", "drafts"], async (transaction) => {
    const settings: Partial<Record<keyof Settings, unknown>> = {};
    for (const name of NAMES) settings[name] = await transaction.objectStore("settings").get(name);
    return {
      settings: settings as Partial<Settings>,
      journal: await transaction.objectStore("journal").getAll(),
      photos: await transaction.objectStore("photos").getAll(),
      received: await transaction.objectStore("received").getAll(),
      drafts: await transaction.objectStore("drafts").count(),
      alarms: await alarmsIn(transaction),
    };
  });
}

function logPicture(rows: { settings: Partial<Settings>; journal: JournalRow[]; photos: PhotoRow[]; alarms: Alarm[] }): LogPicture {
  const { settings: { log, restored, freed }, journal, photos, alarms } = rows;
  const mayGo = alarms.length > 0 ? [] : archivedPhotos(journal, photos, log);
  const lost = new Set(restored?.ids);
  return {
    known: log && log.size > 0 ? { origin: log.origin, size: log.size, atMs: log.atMs } : undefined,
    alarms: alarms.map(shownAlarm),
    restored: restored && {
      atMs: restored.atMs, checked: restored.checked, lacking: lost.size, photos: restored.photos, joined: restored.joined,
      again: journal.filter((row) => lost.has(row.id) && hasArrived(row.verdict)).length,
    },
    freed,
    archived: { photos: mayGo.length, bytes: mayGo.reduce((sum, photo) => sum + photo.size, 0) },
  };
}

/** `draftKey` null while locked: then nothing that was recorded is read, only counted. */
export async function readView(
  database: Database, outbox: CryptoKey, draftKey: CryptoKey | null, opened: Opened,
): Promise<View> {
  const rows = await readRows(database);
  const origin = rows.settings.log?.origin;
  const photos = new Map(rows.photos.map((photo) => [photo.digest, photo]));
  const open = async () => ({
    records: foldRecords(
      await Promise.all(rows.journal.map(async (row) => ownEntry(row, await bodyOf(row, outbox, opened), photos, origin))),
      reviewsOf(rows.received),
    ),
    drafts: await openDrafts(database, draftKey as CryptoKey, opened.drafts),
    messages: messagesOf(rows.received),
  });
  const due = rows.journal.filter((row) => row.due);
  const unsent = rows.photos.filter((photo) => !photo.sent);
  return {
    settings: rows.settings,
    shown: draftKey ? await open() : { records: [], drafts: [], messages: [] },
    waiting: due.length,
    photosWaiting: unsent.length,
    log: logPicture(rows),
    // What needs a person may need the new version: it must not keep it out.
    isBusy: rows.drafts > 0 || due.some((row) => !row.look) || unsent.some((photo) => !photo.look),
  };
}

/** Who the observer is, without what only the phone needs. */
export function meOf(identity: Identity): Me {
  const { observer, organisation, election, deviceId } = identity;
  return { observer, organisation, election, deviceId };
}
