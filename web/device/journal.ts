/** Adds to the device's journal: signed, chained, and on the disk before anybody is told that it is saved. */
import { entryLane, photoLane } from "../core/batch.ts";
import {
  composeBody, composeHeader, digestOf, EMPTY_JOURNAL, idOf, SALT_BYTES, signingInput, type Head, type Statement,
} from "../core/entry.ts";
import { utf8 } from "../core/text.ts";
import { setting, type Database, type JournalRow, type PhotoRow, type Writing } from "./database.ts";
import type { SigningKey } from "./keys.ts";
import { seenIn } from "./log.ts";
import { seal } from "./sealing.ts";
import type { Surroundings } from "./surroundings.ts";
import type { StoredRecord, Submission } from "./types.ts";

export interface Pen {
  database: Database;
  surroundings: Surroundings;
  signing: SigningKey;
  sealing: CryptoKey;
  election: string;
  device: string;
}

// As many as a header may name (sync/header.py).
const MOST_PHOTOS = 24;

interface ReadyPhoto {
  row: PhotoRow;
  bytes: ArrayBuffer;
}

interface Ready {
  statement: Statement;
  body: ArrayBuffer;
  /** those that are new with this entry */
  photos: ReadyPhoto[];
  /** all that the entry names */
  named: JournalRow["photos"];
  lane: JournalRow["lane"];
}

async function readyPhoto(pen: Pen, kind: string, photo: { bytes: ArrayBuffer; mediaType: string }): Promise<ReadyPhoto> {
  const row: PhotoRow = {
    digest: await digestOf(photo.bytes), size: photo.bytes.byteLength, mediaType: photo.mediaType,
    lane: photoLane(kind), entries: [], sent: false, attempts: 0, notBeforeMs: 0,
  };
  return { row, bytes: await seal(pen.sealing, photo.bytes) };
}

/**
 * The photos of the entries that this one corrects: what stands is the correction, so it must name all that belongs to
 * it, or the first photo would stand with an account that no longer does.
 */
async function carriedPhotos(pen: Pen, { kind, refs }: Submission): Promise<JournalRow["photos"]> {
  if (!refs?.length) return [];
  const rows = await pen.database.read(["journal"], (transaction) => transaction.objectStore("journal").getAll());
  return rows.filter((row) => row.kind === kind && refs.includes(row.id)).flatMap((row) => row.photos);
}

/** Everything that does not depend on the place in the journal, and everything that takes time. */
async function ready(pen: Pen, submission: Submission): Promise<Ready> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const body = utf8(composeBody(submission.body, salt));
  const photos: ReadyPhoto[] = [];
  for (const photo of submission.photos ?? []) {
    const made = await readyPhoto(pen, submission.kind, photo);
    // The same picture chosen twice is one picture.
    if (!photos.some(({ row }) => row.digest === made.row.digest)) photos.push(made);
  }
  const named = photos.map(({ row: { digest, size, mediaType } }) => ({ digest, size, mediaType }));
  for (const photo of await carriedPhotos(pen, submission)) {
    if (named.length < MOST_PHOTOS && !named.some(({ digest }) => digest === photo.digest)) named.push(photo);
  }
  return {
    photos,
    named,
    body: await seal(pen.sealing, body),
    lane: entryLane(submission.kind, submission.body),
    statement: {
      election: pen.election, device: pen.device, kind: submission.kind, subject: submission.subject ?? "",
      refs: submission.refs ?? [], body: await digestOf(body), bodySize: body.length,
      photos: named.map(({ digest, size, mediaType }) => [digest, size, mediaType]),
      seen: seenIn(await pen.database.setting("log")),
      atMs: pen.surroundings.nowMs(), monoMs: pen.surroundings.monoMs(),
      offsetMs: (await pen.database.setting("offsetMs")) ?? 0,
    },
  };
}

async function signedRow(pen: Pen, made: Ready, head: Head): Promise<JournalRow> {
  const { statement, lane, body, named } = made;
  const header = composeHeader(statement, head);
  const [id, signature] = await Promise.all([idOf(header), pen.signing.sign(signingInput(header))]);
  return {
    id, seq: head.seq + 1, lane, kind: statement.kind, subject: statement.subject || id, refs: statement.refs, header,
    signature, body, photos: named,
    savedAtMs: statement.atMs, due: true, notBeforeMs: 0, attempts: 0,
  };
}

async function putPhotos(transaction: Writing, entry: string, photos: ReadyPhoto[]): Promise<void> {
  const rows = transaction.objectStore("photos");
  for (const { row, bytes } of photos) {
    const kept = await rows.get(row.digest);
    const lane = kept ? (Math.min(kept.lane, row.lane) as PhotoRow["lane"]) : row.lane;
    await rows.put({ ...(kept ?? row), lane, entries: [...(kept?.entries ?? []), entry], gone: undefined });
    await transaction.objectStore("photo_bytes").put(bytes, row.digest);
  }
}

export async function deleteDraftIn(transaction: Writing, id: string): Promise<void> {
  await transaction.objectStore("drafts").delete(id);
  await transaction.objectStore("draft_photos").delete(IDBKeyRange.bound([id, ""], [id, "\uffff"]));
}

const STORES = ["settings", "journal", "photos", "photo_bytes", "drafts", "draft_photos"] as const;

/** True when the entry took the place after `head`; false when another tab took it first, and then nothing is written. */
function written(pen: Pen, row: JournalRow, head: Head, photos: ReadyPhoto[], draft?: string): Promise<boolean> {
  return pen.database.strict([...STORES], async (transaction) => {
    // Another tab may have emptied the phone since.
    if ((await setting(transaction, "identity"))?.deviceId !== pen.device) throw new Error("not-joined");
    const now = (await setting(transaction, "head")) ?? EMPTY_JOURNAL;
    if (now.seq !== head.seq || now.id !== head.id) return false;
    await transaction.objectStore("journal").add(row);
    await transaction.objectStore("settings").put({ seq: row.seq, id: row.id }, "head");
    await putPhotos(transaction, row.id, photos);
    if (draft !== undefined) await deleteDraftIn(transaction, draft);
    return true;
  });
}

/**
 * The new entry, once it, its photos and the end of its draft are on the disk in one transaction. It is signed outside
 * of it, because WebKit and Firefox close a transaction that waits for a signature; a place that was taken meanwhile
 * costs another signature and nothing else.
 */
async function appendUnlocked(pen: Pen, submission: Submission): Promise<JournalRow> {
  const made = await ready(pen, submission);
  for (;;) {
    const head = (await pen.database.setting("head")) ?? EMPTY_JOURNAL;
    const row = await signedRow(pen, made, head);
    if (await written(pen, row, head, made.photos, submission.draftId)) return row;
  }
}

/** Two tabs take turns where the browser can make them; where it cannot, comparing the head is what keeps both right. */
export async function append(pen: Pen, submission: Submission): Promise<JournalRow> {
  const { locks, databaseName } = pen.surroundings;
  if (!locks) return appendUnlocked(pen, submission);
  return (await locks.request(`${databaseName}-journal`, () => appendUnlocked(pen, submission))) as JournalRow;
}

/** A record as it stands in the moment it was saved. */
export function savedRecord(row: JournalRow, { body }: Submission): StoredRecord {
  const { id, kind, subject, refs, seq, savedAtMs } = row;
  const photos = row.photos.map((photo) => ({ ...photo, sent: false }));
  return { id, kind, subject, refs, seq, body, photos, savedAtMs, state: "phone", attempts: 0 };
}
