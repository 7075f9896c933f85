/** Puts what has not reached the server into one file that can be carried by hand and handed in later. */
import { hasArrived } from "../core/records.ts";
import { base64Encode } from "../core/text.ts";
import type { Database, Identity, JournalRow } from "./database.ts";
import { keptPhoto } from "./kept_photo.ts";
import { unsealText } from "./sealing.ts";

async function openedEntry(key: CryptoKey, row: JournalRow): Promise<[string, string, string]> {
  return [row.header, row.signature, await unsealText(key, row.body)];
}

async function openedPhoto(database: Database, key: CryptoKey, digest: string) {
  const kept = await keptPhoto(database, key, digest);
  return kept && { sha256: digest, size: kept.row.size, media_type: kept.row.mediaType, base64: base64Encode(kept.bytes) };
}

/** Entries in the order of the journal, as they would travel; photos that the server lacks beside them. */
export async function outboxFile(database: Database, key: CryptoKey, identity: Identity, nowMs: number): Promise<Blob> {
  const [journal, photos] = await database.read(["journal", "photos"], async (transaction) => [
    await transaction.objectStore("journal").getAll(),
    await transaction.objectStore("photos").getAll(),
  ]);
  const unsent = journal.filter((row) => !hasArrived(row.verdict)).sort((a, b) => a.seq - b.seq);
  const entries = await Promise.all(unsent.map((row) => openedEntry(key, row).catch(() => null)));
  const opened = await Promise.all(photos.filter((photo) => !photo.sent).map((photo) => openedPhoto(database, key, photo.digest)));
  const file = {
    format: "sanad-outbox", version: 1, election: identity.election.id, device: identity.deviceId,
    exported_at_ms: nowMs, entries: entries.filter(Boolean), photos: opened.filter(Boolean),
  };
  return new Blob([JSON.stringify(file)], { type: "application/json" });
}
