/** Joins again a phone that the server does not know any more, and loses nothing of what is on it. */
import { readFailure } from "../core/answer.ts";
import { setting, type Database, type FormerServer, type Identity, type Settings, type Writing } from "./database.ts";
import { follow } from "./handing_over.ts";
import { ask, Interrupted } from "./link.ts";
import { LONGEST_KEPT, type KnownLog, type Look } from "./log.ts";
import { readPack } from "./pack_file.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Expected } from "./types.ts";

// Notes that lead nowhere are kept for a person to look at, and count among those that a phone has room for.
const MOST_SAID = 8;

/** As whom this phone has recorded: a code for anybody else would hand one observer's records to another. */
export const expectedOf = ({ election, organisation, observer }: Identity): Expected =>
  ({ election: election.id, organisation: organisation.id, observer });

const isSameKey = (one: JsonWebKey, other: JsonWebKey): boolean => one.x === other.x && one.y === other.y;

/** Whether what was answered is for this phone and this observer, and no other. */
export function isForSame(former: Identity, fresh: Identity): boolean {
  const [before, now] = [expectedOf(former), expectedOf(fresh)];
  return former.deviceId === fresh.deviceId && before.election === now.election &&
    before.organisation === now.organisation && before.observer === now.observer;
}

/** Asks the server whether it knows this phone. Rejects with the problem's code unless it says that it does not. */
export async function mustBeStranger(database: Database, surroundings: Surroundings, { token }: Identity): Promise<void> {
  const tag = await database.setting("packTag");
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (tag) headers["If-None-Match"] = tag;
  const response = await ask(surroundings, "/api/v1/pack", { method: "GET", headers });
  const isKnown = response.status === 304 || (response.status === 200 && readPack(response.text) !== null);
  if (isKnown) throw new Error("already-joined");
  const failure = readFailure(response, surroundings.nowMs());
  if (failure.code !== "token-unknown") throw new Interrupted(failure);
}

/**
 * Puts aside what this phone knew of the former server. The key that came with the code is trusted from now on; the next
 * exchange shows whether the former key leads to it.
 */
export async function putAside(transaction: Writing, former: Identity, fresh: Identity, atMs: number): Promise<void> {
  const settings = transaction.objectStore("settings");
  const [log, put, restored] = [
    await setting(transaction, "log"), await setting(transaction, "former"), await setting(transaction, "restored"),
  ];
  await settings.delete("packTag");
  const anew = { atMs, checked: false, ids: [], photos: 0 };
  if (put && isSameKey(put.key, fresh.serverJwk)) {
    // The server from before the one that never answered: its log stands.
    await settings.delete("former");
    if (put.log) await settings.put(put.log, "log");
    return void (await settings.put({ ...anew, joined: "same" }, "restored"));
  }
  // The same server, which forgot this phone alone: its log must go on from what was seen of it.
  if (isSameKey(former.serverJwk, fresh.serverJwk))
    return void (await settings.put({ ...(restored ?? { ...anew, joined: "same" }), checked: false }, "restored"));
  // One that was never heard from has shown nothing: what counts is the server before it.
  const before = put ?? { key: former.serverJwk, log };
  const [keys, handovers] = [(await setting(transaction, "formerServers")) ?? [], (await setting(transaction, "handovers")) ?? []];
  if (!keys.some((key) => isSameKey(key, former.serverJwk))) await settings.put([...keys, former.serverJwk], "formerServers");
  if (!put) await settings.put([...handovers, { at_ms: atMs, notes: [], checkpoint: log?.note ?? "" }], "handovers");
  await settings.put(before, "former");
  await settings.delete("log");
  await settings.put({ ...anew, joined: "asking" }, "restored");
}

/** Whether the server of a fresh enrolment goes on with the log that this phone knew before; null when nobody asks. */
export interface Continuing {
  log: KnownLog | null;
  notes: string[];
}

/** Found out with the first answer after joining again: that is when the chain of handovers comes. */
export async function continuing(
  notes: readonly string[], former: FormerServer | undefined, server: JsonWebKey, look: Look,
  kept: Settings["handovers"], atMs: number,
): Promise<Continuing | null> {
  if (!former) return null;
  const turn = await follow(notes, former.log, former.key, kept, atMs);
  const origin = look.is === "nothing" || look.is === "refused" ? undefined : look.checkpoint.origin;
  const isRight = turn !== null && isSameKey(turn.server, server) && (origin === undefined || origin === turn.log.origin);
  // What was said and does not lead here is kept beside the former checkpoint, for whoever looks into it.
  return isRight ? { log: turn.log, notes: turn.notes } : { log: null, notes: notes.slice(0, MOST_SAID).map((note) => note.slice(0, LONGEST_KEPT)) };
}

/** Writes down what was found; nothing when another tab has done so. */
export async function settleFormer(transaction: Writing, { log, notes }: Continuing): Promise<void> {
  if (!(await setting(transaction, "former"))) return;
  const settings = transaction.objectStore("settings");
  const [handovers, restored] = [(await setting(transaction, "handovers")) ?? [], await setting(transaction, "restored")];
  const last = handovers.at(-1);
  if (last) await settings.put([...handovers.slice(0, -1), { ...last, notes }], "handovers");
  if (restored) await settings.put({ ...restored, joined: log ? "shown" : "not-shown" }, "restored");
  if (log && !(await setting(transaction, "log"))) await settings.put(log, "log");
  await settings.delete("former");
}
