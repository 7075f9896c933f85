/** Asks the server to show that what it took is in its log, and keeps what was found right. */
import { readFailure } from "../core/answer.ts";
import { hasGrown, isIncluded, isProof, MOST_PROOFS, readProofs, type SaidNone, type SaidProof, type SaidProofs } from "../core/proofs.ts";
import { hasArrived } from "../core/records.ts";
import { raise, type Suspicion } from "./alarms.ts";
import { setting, type Database, type JournalRow, type Writing } from "./database.ts";
import type { Carrier } from "./exchange.ts";
import { askJson, Interrupted } from "./link.ts";
import { knownBy, lookAt, rootOf, type KeptProof, type KnownLog, type Look } from "./log.ts";

// Tiles at fault look the same for a while, and a phone's clock may jump: both must have gone by.
const ABSENT_MS = 60 * 60_000;
const ABSENT_TIMES = 30;

/** Own entries on the server that are not proved yet, and those that are proved and in no backup yet. */
export interface Wanting {
  known: KnownLog | undefined;
  unproved: JournalRow[];
  unarchived: JournalRow[];
  doubts: number;
}

/**
 * `clear`: it was shown that the log is what it was or has grown, or an alarm says that it was not. `astray`: the note of
 * another log, of which only an exchange can say whether a handover leads there.
 */
export type Proving =
  | { is: "asked"; progress: boolean; lost: boolean; clear: boolean; astray: string | null }
  | { is: "failed"; retryAfterS: number };

export const isProvedIn = (row: JournalRow, origin: string | undefined): boolean =>
  origin !== undefined && (row.proofs?.some((proof) => proof.origin === origin) ?? false);

export async function wanting(database: Database): Promise<Wanting> {
  const [known, doubts, journal] = await database.read(["settings", "journal"], async (transaction) => [
    await setting(transaction, "log"), (await setting(transaction, "doubts")) ?? 0,
    await transaction.objectStore("journal").getAll(),
  ]);
  const arrived = journal.filter((row) => hasArrived(row.verdict)).sort((a, b) => a.seq - b.seq);
  const unproved = arrived.filter((row) => !isProvedIn(row, known?.origin));
  const unarchived = arrived.filter((row) => isProvedIn(row, known?.origin) && row.archivedIn !== known?.origin);
  return { known, unproved, unarchived, doubts };
}

/** What of an answer was found right, before anything of it is written down. */
interface Found {
  log: KnownLog | null;
  proofs: Map<string, KeptProof>;
  archived: Set<string>;
  lost: boolean;
  suspicions: Suspicion[];
  /** what has no proof although the log is long enough for its place */
  absent: SaidNone[];
  clear: boolean;
  astray: string | null;
}

const nothing = (changed: Partial<Found>): Found =>
  ({ log: null, proofs: new Map(), archived: new Set(), lost: false, suspicions: [], absent: [], clear: false, astray: null, ...changed });

/** Why this checkpoint does not continue the one that this phone holds; null when it does. */
async function contradiction(look: Look, said: SaidProofs, known: KnownLog | undefined): Promise<Suspicion | null> {
  if (look.is === "refused") return { why: look.why, note: look.note };
  if (look.is === "smaller") return { why: "shrunk", note: look.note, said: { from: known?.size, consistency: said.consistency } };
  if (look.is !== "larger" || !known || known.size === 0) return null;
  const { checkpoint, note } = look;
  const isGrown = await hasGrown({ size: known.size, root: rootOf(known) }, checkpoint, said.consistency);
  return isGrown ? null : { why: "inconsistent", note, said: { from: known.size, consistency: said.consistency } };
}

/** Everything in the answer checked, outside of any transaction: Firefox and WebKit close one that waits for a digest. */
async function found(said: SaidProofs, rows: Map<string, JournalRow>, known: KnownLog | undefined, server: JsonWebKey, nowMs: number): Promise<Found> {
  const look = await lookAt(said.checkpoint, known, server);
  if (look.is === "refused" && look.why === "stranger") return nothing({ astray: look.note });
  const wrong = await contradiction(look, said, known);
  if (wrong) return nothing({ suspicions: [wrong], clear: true });
  const lost = said.proofs.some((proof) => !isProof(proof) && proof.why === "unknown");
  if (look.is === "nothing" || look.is === "refused") return nothing({ lost });
  const { checkpoint, note } = look;
  const proofs = new Map<string, KeptProof>();
  const suspicions: Suspicion[] = [];
  const right: SaidProof[] = [];
  for (const proof of said.proofs.filter(isProof)) {
    if (!(await isIncluded((rows.get(proof.id) as JournalRow).header, proof, checkpoint))) {
      suspicions.push({ why: "not-included", note, said: proof });
      continue;
    }
    right.push(proof);
    const { id, index, path } = proof;
    proofs.set(id, { origin: checkpoint.origin, index, path, size: checkpoint.size, note, atMs: nowMs });
  }
  const log = look.is === "same" ? null : knownBy(checkpoint, note, nowMs);
  const archived = new Set(right.filter((proof) => proof.archived).map((proof) => proof.id));
  const isCovered = (id: string) => (rows.get(id)?.index ?? Infinity) < checkpoint.size;
  const absent = said.proofs.filter((proof): proof is SaidNone => !isProof(proof) && isCovered(proof.id));
  return nothing({ log, proofs, archived, lost, suspicions, absent, clear: true });
}

/** Proofs, and the checkpoint that they belong to, in one go; nothing when another tab has moved on meanwhile. */
function keep({ database, surroundings, identity }: Carrier, known: KnownLog | undefined, right: Found): Promise<boolean> {
  return database.strict(["settings", "journal"], async (transaction) => {
    if ((await setting(transaction, "identity"))?.deviceId !== identity.deviceId) return false;
    const now = await setting(transaction, "log");
    if (now?.note !== known?.note || now?.origin !== known?.origin) return false;
    for (const suspicion of right.suspicions) await raise(transaction, now, suspicion, surroundings.nowMs());
    const log = right.log ?? now;
    if (right.log) await transaction.objectStore("settings").put(right.log, "log");
    if (log) await keepAbsent(transaction, log, right.absent, surroundings.nowMs());
    return log !== undefined && keepProofs(transaction, log.origin, right);
  });
}

async function keepProofs(transaction: Writing, origin: string, { proofs, archived }: Found): Promise<boolean> {
  const journal = transaction.objectStore("journal");
  let isProgress = false;
  for (const [id, proof] of proofs) {
    const row = await journal.get(id);
    if (!row) continue;
    const isNew = !isProvedIn(row, origin);
    const isArchived = archived.has(id) && row.archivedIn !== origin;
    if (!isNew && !isArchived) continue;
    isProgress = true;
    const kept = isNew ? { proofs: [...(row.proofs ?? []), proof] } : {};
    await journal.put({ ...row, ...kept, ...(isArchived ? { archivedIn: origin } : {}) });
  }
  return isProgress;
}

/** An entry that the server took and puts off showing for ever is told once. */
async function keepAbsent(transaction: Writing, known: KnownLog, absent: SaidNone[], nowMs: number): Promise<void> {
  const journal = transaction.objectStore("journal");
  for (const said of absent) {
    const row = await journal.get(said.id);
    if (row?.index === undefined) continue;
    const { origin, note } = known;
    const before = row.absent?.origin === origin ? row.absent : { origin, sinceMs: nowMs, times: 0, told: false };
    if (before.told) continue;
    const times = before.times + 1;
    const told = times >= ABSENT_TIMES && nowMs - before.sinceMs >= ABSENT_MS;
    await journal.put({ ...row, absent: { ...before, times, told } });
    if (told) await raise(transaction, known, { why: "not-included", note, said: { ...said, index: row.index } }, nowMs);
  }
}

/** Raises an alarm for what an exchange showed. */
export async function accuse({ database, surroundings }: Carrier, suspicion: Suspicion): Promise<void> {
  await database.strict(["settings"], async (transaction) =>
    raise(transaction, await setting(transaction, "log"), suspicion, surroundings.nowMs()));
}

/** One question. What it finds wrong raises an alarm and changes nothing else; nothing here ever holds up sending. */
export async function prove(carrier: Carrier, { known, unproved, unarchived }: Wanting): Promise<Proving> {
  const { database, surroundings, identity } = carrier;
  const rows = new Map([...unproved, ...unarchived].slice(0, MOST_PROOFS).map((row) => [row.id, row]));
  const ids = [...rows.keys()];
  try {
    const response = await askJson(surroundings, "/api/v1/proofs", identity.token, { ids, from: known?.size ?? 0 });
    const said = response.status === 200 ? readProofs(response.text, ids) : null;
    if (!said) return { is: "failed", retryAfterS: readFailure(response, surroundings.nowMs()).retryAfterS };
    const server = (await database.setting("identity"))?.serverJwk ?? identity.serverJwk;
    const right = await found(said, rows, known, server, surroundings.nowMs());
    const progress = await keep(carrier, known, right);
    return { is: "asked", progress, lost: right.lost, clear: right.clear, astray: right.astray };
  } catch (error) {
    if (error instanceof Interrupted) return { is: "failed", retryAfterS: 0 };
    throw error;
  }
}
