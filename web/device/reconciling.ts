/** Asks the server what it lacks, so that what it lost is handed in again from what this phone kept. */
import { readFailure } from "../core/answer.ts";
import { isLacking, readLacking, type Lacking } from "../core/reconcile.ts";
import { hasArrived } from "../core/records.ts";
import { setting, type JournalRow, type Writing } from "./database.ts";
import type { Carrier } from "./exchange.ts";
import { askJson, Interrupted } from "./link.ts";

/** Photos that the server lost, or never had, go again; one whose bytes were let go of is shown to a person. */
export async function wantAgain(transaction: Writing, digests: readonly string[]): Promise<void> {
  const photos = transaction.objectStore("photos");
  for (const digest of digests) {
    const photo = await photos.get(digest);
    if (photo?.gone) await photos.put({ ...photo, look: true, lastError: "let-go" });
    else if (photo?.sent) await photos.put({ ...photo, sent: false, uploadUrl: undefined, notBeforeMs: 0 });
  }
}

/** What this entry's row becomes when the server lacks these places; the same row when it lacks neither it nor the one before. */
function dueAgain(row: JournalRow, lacking: Lacking): JournalRow {
  const isGone = isLacking(lacking, row.seq);
  // A refused signature is taken beside an authenticated successor, so the next entry goes along.
  if (row.due || (!isGone && !isLacking(lacking, row.seq - 1))) return row;
  const again = { ...row, due: true, notBeforeMs: 0 };
  // Where it was, is no more: the observer must not read "on the server" of what the server lost.
  if (!isGone || !hasArrived(row.verdict)) return again;
  return { ...again, verdict: undefined, why: undefined, bucket: undefined, index: undefined, absent: undefined, archivedIn: undefined };
}

/** For the notice after a restore: which of what the lost server had taken was not in the copy. */
async function countLost(transaction: Writing, ids: string[], photos: number): Promise<void> {
  const restored = await setting(transaction, "restored");
  if (!restored || restored.checked) return;
  await transaction.objectStore("settings").put({ ...restored, checked: true, ids, photos }, "restored");
}

/** Asks the server what it lacks, and makes that due again: an entry that it lost, a photo that it lost. */
export async function reconcile({ database, surroundings, identity }: Carrier): Promise<void> {
  const head = await database.setting("head");
  if (!head) return;
  const heads = { [identity.deviceId]: [head.seq, head.id] };
  const response = await askJson(surroundings, "/api/v1/have", identity.token, { heads });
  if (response.status !== 200) throw new Interrupted(readFailure(response, surroundings.nowMs()));
  const lacking = readLacking(response.text, identity.deviceId);
  if (!lacking) throw new Interrupted({ code: "portal", retryAfterS: 0 });
  await database.strict(["settings", "journal", "photos"], async (transaction) => {
    const journal = transaction.objectStore("journal");
    const lost: string[] = [];
    for (const row of await journal.getAll()) {
      const after = dueAgain(row, lacking);
      if (after !== row) await journal.put(after);
      if (hasArrived(row.verdict) && !hasArrived(after.verdict)) lost.push(row.id);
    }
    await wantAgain(transaction, lacking.photos);
    await countLost(transaction, lost, lacking.photos.length);
  });
}
