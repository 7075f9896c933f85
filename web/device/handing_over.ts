/** Follows a log to the server that was restored from its copy, if the lost server's key says so. */
import { isNoteSignedBy, readHandover, readNote } from "../core/checkpoint.ts";
import { isSame } from "../core/tree.ts";
import { setting, type Identity, type Settings, type Writing } from "./database.ts";
import { LONGEST_KEPT, newLog, rootOf, type KnownLog } from "./log.ts";

/** What is true after a handover. */
export interface Turn {
  notes: string[];
  log: KnownLog;
  server: JsonWebKey;
}

// Restored more often than this in one election is no chain any more.
const MOST_STEPS = 64;

/** Kept handovers name every log that this phone has left. */
const leftBehind = (handovers: Settings["handovers"]): string[] =>
  handovers.flatMap(({ notes, checkpoint }) => [checkpoint.split("\n")[0] ?? "", ...notes.map((note) => note.split("\n")[1] ?? "")]);

/**
 * Where a chain of handovers leads from the log and the key that this phone knows; null when it leads nowhere. Steps
 * before the log that this phone knows are passed over; from there on each must be signed by the key before it. None may
 * lead back: epochs are drawn by chance, and under an old name another log would be taken for the one that was proved.
 */
export async function follow(
  notes: readonly string[], known: KnownLog | undefined, server: JsonWebKey, kept: Settings["handovers"], atMs: number,
): Promise<Turn | null> {
  let [origin, key] = [known?.origin, server];
  const left = new Set(leftBehind(kept));
  const most = MOST_STEPS - kept.reduce((sum, each) => sum + each.notes.length, 0);
  const taken: string[] = [];
  try {
    for (const text of notes.slice(0, MOST_STEPS)) {
      const note = readNote(text);
      const step = await readHandover(note);
      // A phone that has seen no log yet knows the key alone: it begins where that key signed.
      const isOurs = origin === undefined ? await isNoteSignedBy(note, step.oldOrigin, key) : step.oldOrigin === origin;
      if (!isOurs && taken.length === 0) continue;
      if (!isOurs || !(await isNoteSignedBy(note, step.oldOrigin, key))) return null;
      const isOther = known && step.oldOrigin === known.origin && step.size === known.size && !isSame(step.root, rootOf(known));
      if (isOther || left.add(step.oldOrigin).has(step.origin)) return null;
      if (text.length > LONGEST_KEPT || taken.length >= most) return null;
      [origin, key] = [step.origin, step.key];
      taken.push(text);
    }
    return taken.length > 0 ? { notes: taken, log: await newLog(origin as string, atMs), server: key } : null;
  } catch {
    return null;
  }
}

/** Takes the new key and the new log; what was proved under the old one is kept, and nothing counts as archived. */
export async function takeTurn(transaction: Writing, turn: Turn): Promise<void> {
  const settings = transaction.objectStore("settings");
  const identity = (await setting(transaction, "identity")) as Identity;
  const [before, former, handovers] = [
    await setting(transaction, "log"), await setting(transaction, "formerServers"), await setting(transaction, "handovers"),
  ];
  await settings.put({ ...identity, serverJwk: turn.server }, "identity");
  await settings.put([...(former ?? []), identity.serverJwk], "formerServers");
  const { atMs } = turn.log;
  await settings.put([...(handovers ?? []), { at_ms: atMs, notes: turn.notes, checkpoint: before?.note ?? "" }], "handovers");
  await settings.put(turn.log, "log");
  await settings.put(0, "doubts");
  await settings.put({ atMs, checked: false, ids: [], photos: 0 }, "restored");
}
