/** Empties the phone, and refuses while something would be lost by it. */
import { hasArrived } from "../core/records.ts";
import { alarmsIn } from "./alarms.ts";
import { setting, type Database, type Store, type Writing } from "./database.ts";
import type { Language } from "./types.ts";

const EVERYTHING: Store[] = [
  "settings", "keys", "journal", "photos", "photo_bytes", "drafts", "draft_photos", "received",
];

/** What would be lost for good, or would have no copy but the server's own. */
async function obstacle(transaction: Writing): Promise<"unsent" | "unarchived" | null> {
  const journal = await transaction.objectStore("journal").getAll();
  const photos = await transaction.objectStore("photos").getAll();
  if (photos.some((photo) => !photo.sent) || journal.some((row) => !hasArrived(row.verdict))) return "unsent";
  // A server that took the place of the one that had it all: until it has said what it lacks, this phone may be the last copy.
  const restored = await setting(transaction, "restored");
  if (restored && !restored.checked && journal.length > 0) return "unsent";
  // The evidence is here alone, and the word of such a server that something is archived is worth nothing.
  if ((await alarmsIn(transaction)).length > 0) return "unarchived";
  const log = await setting(transaction, "log");
  // A server without a log says nothing about backups.
  return log && journal.some((row) => row.archivedIn !== log.origin) ? "unarchived" : null;
}

/**
 * What stood in the way, or null when everything is gone now. Looked at and emptied in one transaction, so that a record
 * saved by another tab in between is not lost. Sealed drafts of a forgotten PIN can never be opened again; what waits to
 * be sent still can be.
 */
export function wiped(
  database: Database, insist: boolean, isLocked: boolean, language: Language,
): Promise<"unsent" | "unarchived" | null> {
  return database.strict(EVERYTHING, async (transaction) => {
    const found = await obstacle(transaction);
    if (found && (!insist || (isLocked && found === "unsent"))) return found;
    if (!isLocked && !insist && (await transaction.objectStore("drafts").count()) > 0) return "unsent";
    for (const store of EVERYTHING) await transaction.objectStore(store).clear();
    await transaction.objectStore("settings").put(language, "language");
    return null;
  });
}
