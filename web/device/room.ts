/** Makes room on a full phone, and only by letting go of photos that the server has archived. */
import { hasArrived } from "../core/records.ts";
import { alarmsIn } from "./alarms.ts";
import { BALLAST_BYTES, inItsRoom, isFull, layBy } from "./ballast.ts";
import { setting, type Database, type JournalRow, type PhotoRow, type Reading, type Writing } from "./database.ts";
import type { Carrier } from "./exchange.ts";
import type { KnownLog } from "./log.ts";
import type { Surroundings } from "./surroundings.ts";

// Above this share a phone is short of room; below the other it has enough again.
const SHORT = 0.8;
const ENOUGH = 0.7;
// Enough for a few hours of photos, whatever the share.
const LEAST_FREE_BYTES = 60 * 1024 * 1024;

export interface Room {
  usedBytes?: number;
  quotaBytes?: number;
}

/** How many bytes should go; 0 while there is room. */
export function bytesToFree({ usedBytes, quotaBytes }: Room): number {
  if (usedBytes === undefined || quotaBytes === undefined || quotaBytes <= 0) return 0;
  const free = quotaBytes - usedBytes;
  if (usedBytes <= SHORT * quotaBytes && free >= Math.min(LEAST_FREE_BYTES, quotaBytes / 2)) return 0;
  return Math.ceil(Math.max(usedBytes - ENOUGH * quotaBytes, LEAST_FREE_BYTES - free));
}

/** Whether a photo fits and text still does after it: it lies in the draft and, while it is handed in, in the record too. */
export function fitsBeside(bytes: number, { usedBytes, quotaBytes }: Room): boolean {
  if (usedBytes === undefined || quotaBytes === undefined || quotaBytes <= 0) return true;
  return usedBytes + 2 * bytes + BALLAST_BYTES <= quotaBytes;
}

/** The same, after archived photos were let go where that helps, and only while room for text is laid by. */
export async function hasRoomFor(bytes: number, database: Database, surroundings: Surroundings): Promise<boolean> {
  const fits = async () => fitsBeside(bytes, await surroundings.room()) && (await layBy(database, surroundings));
  if (await fits()) return true;
  await letGo(database, 2 * bytes + 2 * BALLAST_BYTES, true);
  return fits();
}

/** Photos that may go, the oldest first: whole on the server, and named by an entry that it has archived. */
export function archivedPhotos(journal: readonly JournalRow[], photos: readonly PhotoRow[], known: KnownLog | undefined): PhotoRow[] {
  if (!known) return [];
  const archived = journal.filter((row) => hasArrived(row.verdict) && row.archivedIn === known.origin);
  const age = new Map(archived.flatMap((row) => row.photos.map(({ digest }) => [digest, row.seq] as const)));
  const may = photos.filter((photo) => photo.sent && !photo.gone && !photo.look && age.has(photo.digest));
  return may.sort((a, b) => (age.get(a.digest) as number) - (age.get(b.digest) as number));
}

/** None while the server's log is in doubt: then its word that something is archived is worth nothing. */
async function mayGo(transaction: Reading | Writing): Promise<PhotoRow[]> {
  if ((await alarmsIn(transaction)).length > 0) return [];
  const read = transaction as Reading;
  const [journal, photos] = [await read.objectStore("journal").getAll(), await read.objectStore("photos").getAll()];
  return archivedPhotos(journal, photos, await setting(transaction, "log"));
}

/** Lets go of at least so many bytes of archived photos, or of all there are; how many went. */
export function letGo(database: Database, bytes: number, isTold: boolean): Promise<number> {
  return database.strict(["settings", "journal", "photos", "photo_bytes"], async (transaction) => {
    let [gone, freed] = [0, 0];
    for (const photo of await mayGo(transaction)) {
      if (freed >= bytes) break;
      await transaction.objectStore("photo_bytes").delete(photo.digest);
      await transaction.objectStore("photos").put({ ...photo, gone: true });
      [gone, freed] = [gone + 1, freed + photo.size];
    }
    const before = (await setting(transaction, "freed")) ?? { photos: 0, bytes: 0 };
    const told = { photos: before.photos + gone, bytes: before.bytes + freed };
    if (gone > 0 && isTold) await transaction.objectStore("settings").put(told, "freed");
    return gone;
  });
}

/** Lets archived photos go when the phone is short of room, and lays room by for text when it is not. */
export async function makeRoom({ database, surroundings }: Carrier): Promise<void> {
  const bytes = bytesToFree(await surroundings.room());
  if (bytes > 0) await letGo(database, bytes, true);
  await layBy(database, surroundings);
}

/**
 * Tries again after making room; what was cut off by a full disk has left nothing behind. Text alone may have the room
 * that was laid by for it: a photo that does not fit is refused.
 */
export async function withRoom<T>(
  database: Database, surroundings: Surroundings, isText: boolean, write: () => Promise<T>,
): Promise<T> {
  const again = async (error: unknown): Promise<T> => {
    if (!isFull(error) || (await letGo(database, Infinity, true)) === 0) throw error;
    return write();
  };
  const last = (error: unknown): Promise<T> => {
    if (!isFull(error) || !isText) throw error;
    return inItsRoom(database, surroundings, error, write);
  };
  return write().catch(again).catch(last);
}
