/** One round trip: hands in what waits, picks up what is new, and writes down the outcome in one go. */
import { isFailure, readAnswer, readFailure, type Answer, type Failure, type Verdict } from "../core/answer.ts";
import { byUrgency, MAX_ENTRIES, nextBatch, type Waiting } from "../core/batch.ts";
import { isLacking, readLacking, type Lacking } from "../core/reconcile.ts";
import { hasArrived } from "../core/records.ts";
import { isTime, waitMs } from "../core/retry.ts";
import { setting, type Database, type Identity, type JournalRow, type ReceivedRow, type Writing } from "./database.ts";
import { askJson, Interrupted } from "./link.ts";
import { readReceived } from "./received.ts";
import { unsealText } from "./sealing.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Carrier {
  database: Database;
  surroundings: Surroundings;
  identity: Identity;
  sealing: CryptoKey;
}

// A stranger to the server is asked about again after a while, not every two seconds.
const HELD_WAIT_S = 60;
const UNDECIDED_WAIT_S = 2;

export const isDue = (row: JournalRow, nowMs: number): boolean => row.due && isTime(row.notBeforeMs, nowMs);

/** How many entries wait for the network now, without opening any. */
export async function countDue({ database, surroundings }: Carrier): Promise<number> {
  const rows = await database.read(["journal"], (transaction) => transaction.objectStore("journal").getAll());
  return rows.filter((row) => isDue(row, surroundings.nowMs())).length;
}

/** How much is still to come, for the desk: "silent" and "cannot send" are different troubles. */
async function stillToCome({ database }: Carrier, batch: readonly Waiting[]): Promise<{ entries: number; photos: number }> {
  const [journal, photos] = await database.read(["journal", "photos"], async (transaction) => [
    await transaction.objectStore("journal").getAll(),
    await transaction.objectStore("photos").getAll(),
  ]);
  return {
    entries: journal.filter((row) => row.due).length - batch.length,
    photos: photos.filter((photo) => !photo.sent).length,
  };
}

async function waiting(carrier: Carrier, most: number): Promise<Waiting[]> {
  const rows = await carrier.database.read(["journal"], (transaction) => transaction.objectStore("journal").getAll());
  const due = rows
    .filter((row) => isDue(row, carrier.surroundings.nowMs()))
    .map((row) => ({ ...row, isSuspect: row.lastError !== undefined }));
  const first = byUrgency(due).slice(0, Math.min(most, MAX_ENTRIES));
  const opened = await Promise.all(first.map((row) => opening(carrier, row)));
  return opened.filter((entry) => entry !== null);
}

/** Null, and marked for a look, when the bytes on the phone cannot be opened: that must not hold up the others. */
async function opening(carrier: Carrier, row: JournalRow & { isSuspect: boolean }): Promise<Waiting | null> {
  const { id, seq, lane, header, signature, isSuspect } = row;
  try {
    return { id, seq, lane, header, signature, isSuspect, body: await unsealText(carrier.sealing, row.body) };
  } catch {
    await setBack(carrier, id, "damaged");
    return null;
  }
}

/** Leaves one entry aside for a while, with a reason that a person sees. */
async function setBack({ database, surroundings }: Carrier, id: string, reason: string): Promise<void> {
  await database.strict(["journal"], async (transaction) => {
    const row = await transaction.objectStore("journal").get(id);
    if (!row) return;
    const attempts = row.attempts + 1;
    const notBeforeMs = surroundings.nowMs() + Math.max(HELD_WAIT_S * 1000, waitMs(attempts, surroundings.chance()));
    const look = reason !== "server-down" || row.look;
    await transaction.objectStore("journal").put({ ...row, attempts, notBeforeMs, lastError: reason, look });
  });
}

/** What a verdict makes of an entry's row. */
function judged(row: JournalRow, verdict: Verdict, nowMs: number, chance: number): JournalRow {
  const attempts = row.attempts + 1;
  const { look: _look, lastError: _error, ...rest } = row;
  const isOver = hasArrived(verdict.verdict) || verdict.verdict === "refused";
  // A mark says more than a receipt that is given again.
  const why = verdict.why ?? (row.bucket === undefined ? undefined : row.why);
  if (isOver) return { ...rest, attempts, due: false, notBeforeMs: 0, verdict: verdict.verdict, why };
  const least = Math.max(verdict.afterS ?? 0, verdict.verdict === "held" ? HELD_WAIT_S : UNDECIDED_WAIT_S);
  const notBeforeMs = nowMs + waitMs(attempts, chance, least);
  // "Not decided" says nothing new about an entry, so what was said before stands.
  const said = verdict.verdict === "held" ? { verdict: "held", why: verdict.why } : {};
  return { ...rest, ...said, attempts, notBeforeMs };
}

async function wantAgain(transaction: Writing, digests: readonly string[]): Promise<void> {
  const photos = transaction.objectStore("photos");
  for (const digest of digests) {
    const photo = await photos.get(digest);
    if (photo?.sent) await photos.put({ ...photo, sent: false, uploadUrl: undefined, notBeforeMs: 0 });
  }
}

async function applyMarks(transaction: Writing, answer: Answer): Promise<void> {
  const journal = transaction.objectStore("journal");
  for (const mark of answer.marks) {
    const row = await journal.get(mark.id);
    if (row) await journal.put({ ...row, bucket: mark.bucket, why: mark.why });
  }
}

/** Verdicts, marks, what was picked up and the cursor: all of it or nothing, or the next round would skip what is lost. */
function apply(carrier: Carrier, batch: Waiting[], answer: Answer, received: ReceivedRow[]): Promise<void> {
  const { database, surroundings, identity } = carrier;
  const nowMs = surroundings.nowMs();
  return database.strict(["settings", "journal", "photos", "received"], async (transaction) => {
    // Emptied meanwhile: what was picked up for one observer must not be left for the next.
    if ((await setting(transaction, "identity"))?.deviceId !== identity.deviceId) return;
    const journal = transaction.objectStore("journal");
    for (const [position, entry] of batch.entries()) {
      const verdict = answer.verdicts[position] as Verdict;
      const row = await journal.get(entry.id);
      if (row) await journal.put(judged(row, verdict, nowMs, surroundings.chance()));
      await wantAgain(transaction, verdict.want);
    }
    await applyMarks(transaction, answer);
    for (const row of received) await transaction.objectStore("received").put(row);
    const settings = transaction.objectStore("settings");
    if (received.some((row) => row.kind === "assignment.set") || answer.refetch) await settings.put(true, "packStale");
    if (answer.refetch) await settings.put("", "cursor");
    else if (answer.cursor !== null) await settings.put(answer.cursor, "cursor");
    if (answer.serverMs !== null) await settings.put(answer.serverMs - nowMs, "offsetMs");
    await settings.put(nowMs, "lastExchangeMs");
  });
}

export interface Round {
  answer: Answer;
  again: boolean;
}

export type Attempt = { round: Round } | { failure: Failure; batch: Waiting[] };

/** One exchange of at most `most` entries. Rejects with `Interrupted` only when there was no answer at all. */
export async function exchange(carrier: Carrier, most: number): Promise<Attempt> {
  const { database, surroundings, identity } = carrier;
  const batch = nextBatch(await waiting(carrier, most), most);
  const cursor = (await database.setting("cursor")) ?? "";
  const response = await askJson(surroundings, "/api/v1/sync", identity.token, {
    protocol: 1, app: surroundings.app, cursor, waiting: await stillToCome(carrier, batch),
    entries: batch.map((entry) => [entry.header, entry.signature, entry.body]),
  });
  const answer = readAnswer(response, batch.map((entry) => entry.id), surroundings.nowMs());
  if (isFailure(answer)) return { failure: answer, batch };
  await apply(carrier, batch, answer, await readReceived(answer.entries, identity));
  const again = answer.more || (answer.refetch && cursor !== "") || (await countDue(carrier)) > 0;
  return { round: { answer, again } };
}

/** When a batch cannot be taken as a whole: which of it is left aside. Only a batch of one can be to blame by itself. */
export async function blame(carrier: Carrier, batch: Waiting[], failure: Failure): Promise<void> {
  const [only] = batch;
  if (only && batch.length === 1) await setBack(carrier, only.id, failure.code);
}

/** What this entry's row becomes when the server lacks these places; the same row when it lacks neither it nor the one before. */
function dueAgain(row: JournalRow, lacking: Lacking): JournalRow {
  const isGone = isLacking(lacking, row.seq);
  // A refused signature is taken beside an authenticated successor, so the next entry goes along.
  if (row.due || (!isGone && !isLacking(lacking, row.seq - 1))) return row;
  const again = { ...row, due: true, notBeforeMs: 0 };
  // Where it was, is no more: the observer must not read "on the server" of what the server lost.
  return isGone && hasArrived(row.verdict) ? { ...again, verdict: undefined, why: undefined, bucket: undefined } : again;
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
  await database.strict(["journal", "photos"], async (transaction) => {
    const journal = transaction.objectStore("journal");
    for (const row of await journal.getAll()) {
      const after = dueAgain(row, lacking);
      if (after !== row) await journal.put(after);
    }
    await wantAgain(transaction, lacking.photos);
  });
}

/** Ends every wait of a single item: the network is back, or a person asked. */
export async function forgetWaits(database: Database): Promise<void> {
  await database.strict(["journal", "photos"], async (transaction) => {
    for (const row of await transaction.objectStore("journal").getAll())
      if (row.due && row.notBeforeMs > 0) await transaction.objectStore("journal").put({ ...row, notBeforeMs: 0 });
    for (const row of await transaction.objectStore("photos").getAll())
      if (!row.sent && row.notBeforeMs > 0) await transaction.objectStore("photos").put({ ...row, notBeforeMs: 0 });
  });
}

/** When the next single item may be tried again; null when none waits. */
export async function nextItemMs(database: Database): Promise<number | null> {
  const times = await database.read(["journal", "photos"], async (transaction) => [
    ...(await transaction.objectStore("journal").getAll()).filter((row) => row.due),
    ...(await transaction.objectStore("photos").getAll()).filter((row) => !row.sent && row.notBeforeMs > 0),
  ]);
  return times.length === 0 ? null : Math.min(...times.map((row) => row.notBeforeMs));
}
