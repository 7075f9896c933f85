/** One round trip: hands in what waits, picks up what is new, and writes down the outcome in one go. */
import { isFailure, readAnswer, type Answer, type Failure, type Verdict } from "../core/answer.ts";
import { byUrgency, MAX_ENTRIES, nextBatch, type Waiting } from "../core/batch.ts";
import { hasArrived } from "../core/records.ts";
import { isTime, waitMs } from "../core/retry.ts";
import { raise, type Suspicion } from "./alarms.ts";
import { setting, type Database, type Identity, type JournalRow, type ReceivedRow, type Writing } from "./database.ts";
import { follow, takeTurn, type Turn } from "./handing_over.ts";
import { askJson } from "./link.ts";
import { knownBy, lookAt, type KnownLog, type Look } from "./log.ts";
import { readReceived } from "./received.ts";
import { wantAgain } from "./reconciling.ts";
import { continuing, settleFormer, type Continuing } from "./rejoining.ts";
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
  const place = verdict.index === undefined ? {} : { index: verdict.index };
  if (isOver) return { ...rest, ...place, attempts, due: false, notBeforeMs: 0, verdict: verdict.verdict, why };
  const least = Math.max(verdict.afterS ?? 0, verdict.verdict === "held" ? HELD_WAIT_S : UNDECIDED_WAIT_S);
  const notBeforeMs = nowMs + waitMs(attempts, chance, least);
  // "Not decided" says nothing new about an entry, so what was said before stands.
  const said = verdict.verdict === "held" ? { verdict: "held", why: verdict.why } : {};
  return { ...rest, ...said, attempts, notBeforeMs };
}

async function applyMarks(transaction: Writing, answer: Answer): Promise<void> {
  const journal = transaction.objectStore("journal");
  for (const mark of answer.marks) {
    const row = await journal.get(mark.id);
    if (row) await journal.put({ ...row, bucket: mark.bucket, why: mark.why });
  }
}

/** What an answer says about the log, found out before anything of it is written down. */
interface Told {
  known: KnownLog | undefined;
  turn: Turn | null;
  look: Look;
  suspicion: Suspicion | null;
  /** another database, and nothing that leads there from the log that this phone knows */
  isForeign: boolean;
  continuing: Continuing | null;
  received: ReceivedRow[];
}

/** What about this answer contradicts the log that the phone knows. */
function suspicionOf({ checkpoint, handover, refetch }: Answer, known: KnownLog | undefined, turn: Turn | null, look: Look): Suspicion | null {
  if (look.is === "refused") {
    const isStranger = look.why === "stranger" || (look.why === "unsigned" && refetch);
    const why = isStranger && handover.length > 0 ? "bad-handover" : look.why;
    return { why, note: look.note, said: handover.length > 0 ? { handover } : undefined };
  }
  // Another database and nothing that leads to it, not even a checkpoint.
  if (refetch && known && !turn && checkpoint === "") return { why: "stranger", note: "" };
  return null;
}

async function tellingOf({ database, surroundings, identity }: Carrier, answer: Answer): Promise<Told> {
  // Read anew: the round before this one may have followed a handover.
  const [before, former, aside, serverBefore, handovers] = await database.read(["settings"], async (transaction) => [
    await setting(transaction, "log"), (await setting(transaction, "formerServers")) ?? [],
    await setting(transaction, "former"), (await setting(transaction, "identity"))?.serverJwk ?? identity.serverJwk,
    (await setting(transaction, "handovers")) ?? [],
  ]);
  const turn = await follow(answer.handover, before, serverBefore, handovers, surroundings.nowMs());
  const known = turn?.log ?? before;
  const server = turn?.server ?? serverBefore;
  const look = await lookAt(answer.checkpoint, known, server);
  const servers = turn ? [...former, serverBefore, server] : [...former, server];
  const received = await readReceived(answer.entries, identity.election.id, servers);
  const suspicion = suspicionOf(answer, before, turn, look);
  const isForeign = answer.refetch && suspicion !== null && !turn;
  const joined = await continuing(answer.handover, aside, server, look, handovers, surroundings.nowMs());
  return { known: before, turn, look, suspicion, isForeign, continuing: joined, received };
}

async function keepLog(transaction: Writing, { surroundings }: Carrier, told: Told): Promise<void> {
  const kept = await setting(transaction, "log");
  if (kept?.origin !== told.known?.origin) return;
  if (told.turn) await takeTurn(transaction, told.turn);
  if (told.continuing) await settleFormer(transaction, told.continuing);
  // Another tab has moved on meanwhile: what this answer says is compared anew the next time.
  if (kept?.note !== told.known?.note) return;
  const { look, suspicion } = told;
  const nowMs = surroundings.nowMs();
  if (suspicion) await raise(transaction, told.turn?.log ?? kept, suspicion, nowMs);
  const settings = transaction.objectStore("settings");
  if (look.is === "smaller") await settings.put(((await setting(transaction, "doubts")) ?? 0) + 1, "doubts");
  if (look.is === "first") await settings.put(knownBy(look.checkpoint, look.note, nowMs), "log");
}

/** Verdicts, marks, what was picked up and the cursor: all of it or nothing, or the next round would skip what is lost. */
function apply(carrier: Carrier, batch: Waiting[], answer: Answer, told: Told): Promise<void> {
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
    for (const row of told.received) await transaction.objectStore("received").put(row);
    await keepLog(transaction, carrier, told);
    const settings = transaction.objectStore("settings");
    if (told.received.some((row) => row.kind === "assignment.set") || answer.refetch) await settings.put(true, "packStale");
    // A database that nothing leads to is asked again with the old cursor, so that a handover can still come.
    if (answer.refetch && !told.isForeign) await settings.put("", "cursor");
    else if (!answer.refetch && answer.cursor !== null) await settings.put(answer.cursor, "cursor");
    if (answer.serverMs !== null) await settings.put(answer.serverMs - nowMs, "offsetMs");
    await settings.put(nowMs, "lastExchangeMs");
  });
}

export interface Round {
  answer: Answer;
  again: boolean;
  look: Look;
  /** the server is another now, restored from a copy: what it lacks must be asked */
  turned: boolean;
  /** something was handed in that the log does not hold yet */
  stored: boolean;
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
  const told = await tellingOf(carrier, answer);
  await apply(carrier, batch, answer, told);
  const isAnew = answer.refetch && !told.isForeign && cursor !== "";
  // What is promised after a place that does not move never comes.
  const isOnward = answer.more && !answer.refetch && answer.cursor !== null && answer.cursor !== cursor;
  const again = isOnward || isAnew || (await countDue(carrier)) > 0;
  return { round: { answer, again, look: told.look, turned: told.turn !== null, stored: batch.length > 0 } };
}

/** When a batch cannot be taken as a whole: which of it is left aside. Only a batch of one can be to blame by itself. */
export async function blame(carrier: Carrier, batch: Waiting[], failure: Failure): Promise<void> {
  const [only] = batch;
  if (only && batch.length === 1) await setBack(carrier, only.id, failure.code);
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

/** When the next single item may be tried again, photos not before `photosFromMs`; null when none waits. */
export async function nextItemMs(database: Database, photosFromMs: number): Promise<number | null> {
  const times = await database.read(["journal", "photos"], async (transaction) => [
    ...(await transaction.objectStore("journal").getAll()).filter((row) => row.due).map((row) => row.notBeforeMs),
    ...(await transaction.objectStore("photos").getAll())
      .filter((row) => !row.sent && row.notBeforeMs > 0).map((row) => Math.max(row.notBeforeMs, photosFromMs)),
  ]);
  return times.length === 0 ? null : Math.min(...times);
}
