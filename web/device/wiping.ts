/** Empties the phone, and refuses while something would be lost by it. */
import { hasArrived } from "../core/records.ts";
import type { Database, Store, Writing } from "./database.ts";
import type { Language } from "./types.ts";

const EVERYTHING: Store[] = [
  "settings", "keys", "journal", "photos", "photo_bytes", "drafts", "draft_photos", "received",
];

async function isUnsent(transaction: Writing): Promise<boolean> {
  const journal = await transaction.objectStore("journal").getAll();
  const photos = await transaction.objectStore("photos").getAll();
  return photos.some((photo) => !photo.sent) || journal.some((row) => !hasArrived(row.verdict));
}

/**
 * Whether everything is gone now. Looked at and emptied in one transaction, so that a record saved by another tab in
 * between is not lost. Sealed drafts of a forgotten PIN can never be opened again; what waits to be sent still can be.
 */
export function wiped(database: Database, insist: boolean, isLocked: boolean, language: Language): Promise<boolean> {
  return database.strict(EVERYTHING, async (transaction) => {
    if ((isLocked || !insist) && (await isUnsent(transaction))) return false;
    if (!isLocked && !insist && (await transaction.objectStore("drafts").count()) > 0) return false;
    for (const store of EVERYTHING) await transaction.objectStore(store).clear();
    await transaction.objectStore("settings").put(language, "language");
    return true;
  });
}
