/** Keeps what shows that a server's log is not what it was, until somebody has looked, and afterwards too. */
import { proofText } from "../core/checkpoint.ts";
import { base64Encode, utf8 } from "../core/text.ts";
import { leafOf } from "../core/tree.ts";
import { setting, type Database, type Identity, type JournalRow, type Reading, type Writing } from "./database.ts";
import { LONGEST_KEPT, type KnownLog } from "./log.ts";
import type { AlarmReason, ShownAlarm } from "./log_types.ts";

export interface Alarm {
  id: string;
  why: AlarmReason;
  atMs: number;
  /** the note that stands, and the first few that were refused beside it */
  kept: string;
  keptSize?: number;
  refused: string[];
  refusedSize?: number;
  /** what else the server said: a handover, a proof that fails */
  said: unknown[];
  looked: boolean;
}

export interface Suspicion {
  why: AlarmReason;
  note: string;
  said?: unknown;
}

// A server that tells another story with every answer must not fill the phone.
const MOST_NOTES = 8;
// The oldest stay: later lies are told beside the first one.
const MOST_ALARMS = 64;
// Records of their own beside the settings: a further store would shut out an older version of the app.
const ALL = () => IDBKeyRange.bound("alarm/", "alarm0", false, true);

const sizeIn = (note: string): number | undefined => {
  const size = Number(note.split("\n")[1]);
  return note !== "" && Number.isSafeInteger(size) ? size : undefined;
};

/** As it was said, or the beginning of its text. */
function inMeasure(said: unknown): unknown {
  const text = JSON.stringify(said);
  return text.length > LONGEST_KEPT ? text.slice(0, LONGEST_KEPT) : said;
}

/** Once for each kind of contradiction to one kept checkpoint; more of the same joins it. */
export async function raise(transaction: Writing, known: KnownLog | undefined, { why, note: whole, said }: Suspicion, atMs: number): Promise<void> {
  const settings = transaction.objectStore("settings");
  const id = `alarm/${why}/${known?.origin ?? ""}/${known?.size ?? 0}`;
  const before = (await settings.get(id)) as Alarm | undefined;
  if (!before && (await settings.count(ALL())) >= MOST_ALARMS) return;
  const note = whole.slice(0, LONGEST_KEPT);
  const alarm: Alarm = before ?? {
    id, why, atMs, kept: known?.note ?? "", keptSize: known?.note ? known.size : undefined,
    refused: [], refusedSize: sizeIn(note), said: [], looked: false,
  };
  // Every signature is another, also over the same words.
  const words = (text: string) => text.slice(0, text.indexOf("\n\n"));
  const isNews = note !== "" && alarm.refused.length < MOST_NOTES && !alarm.refused.some((each) => words(each) === words(note));
  if (before && !isNews) return;
  const more = said === undefined ? [] : [inMeasure(said)];
  await settings.put({ ...alarm, refused: isNews ? [...alarm.refused, note] : alarm.refused, said: [...alarm.said, ...more] }, id);
}

export async function alarmsIn(transaction: Writing | Reading): Promise<Alarm[]> {
  const found = (await (transaction as Reading).objectStore("settings").getAll(ALL())) as Alarm[];
  return found.sort((a, b) => b.atMs - a.atMs);
}

export const shownAlarm = ({ id, why, atMs, keptSize, refusedSize, looked }: Alarm): ShownAlarm =>
  ({ id, why, atMs, keptSize, refusedSize, looked });

export async function lookAtAlarms(database: Database): Promise<void> {
  await database.strict(["settings"], async (transaction) => {
    for (const alarm of await alarmsIn(transaction))
      if (!alarm.looked) await transaction.objectStore("settings").put({ ...alarm, looked: true }, alarm.id);
  });
}

async function provedEntry({ id, header, proofs = [] }: JournalRow) {
  const leaf = await leafOf(header, (JSON.parse(header) as { body: string }).body);
  return { id, leaf: base64Encode(leaf), proofs: proofs.map(({ index, path, note }) => proofText(index, path, note)) };
}

/** Everything an outsider needs to judge the log by what this phone holds, and nothing that anybody recorded. */
export async function evidenceFile(database: Database, identity: Identity, nowMs: number): Promise<Blob> {
  const [alarms, known, former, handovers, journal] = await database.read(["settings", "journal"], async (transaction) => [
    await alarmsIn(transaction), await setting(transaction, "log"), await setting(transaction, "formerServers"),
    await setting(transaction, "handovers"), await transaction.objectStore("journal").getAll(),
  ]);
  const proved = journal.filter((row) => row.proofs?.length).sort((a, b) => a.seq - b.seq);
  const file = {
    format: "sanad-log-evidence", version: 1, election: identity.election.id, device: identity.deviceId,
    exported_at_ms: nowMs, server_jwk: identity.serverJwk, former_server_jwks: former ?? [], handovers: handovers ?? [],
    checkpoint: known?.note ?? "",
    alarms: alarms.map(({ why, atMs, kept, refused, said }) => ({ why, at_ms: atMs, kept, refused, said })),
    entries: await Promise.all(proved.map(provedEntry)),
  };
  return new Blob([utf8(JSON.stringify(file, null, 1))], { type: "application/json" });
}
