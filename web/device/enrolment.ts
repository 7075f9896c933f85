/** Joins a phone to an organisation with a one-time code; an answer lost on the way does not lock it out. */
import { readFailure } from "../core/answer.ts";
import { thumbprint } from "../core/entry.ts";
import { utf8 } from "../core/text.ts";
import { setting, type Database, type Identity } from "./database.ts";
import { madeSigningKey } from "./keys.ts";
import { askJson, Interrupted } from "./link.ts";
import { isForSame, putAside } from "./rejoining.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Expected, Joining, Pack } from "./types.ts";

/** The code in a join link, or the code itself; null when the text is neither. */
export function readCode(linkOrCode: string): string | null {
  const text = linkOrCode.trim();
  const code = text.includes("#") ? text.slice(text.indexOf("#") + 1) : text;
  return /^[A-Za-z0-9_-]{16,200}$/.test(code) ? code : null;
}

/** Keeps code, key and proof before anything is sent: only the very same may be sent again after a lost answer. */
export async function beginJoining(database: Database, code: string, expects?: Expected): Promise<Joining> {
  const before = await database.setting("joining");
  if (before?.code === code) return before;
  const key = await madeSigningKey(database);
  const joining = { code, jwk: key.jwk, proof: await key.sign(utf8(code)), ...(expects && { expects }) };
  await database.keep("joining", joining);
  return joining;
}

interface Joined {
  identity: Identity;
  pack: Pack;
  cursor: string;
}

function readJoined(text: string, device: string): Joined | null {
  try {
    const { token, observer, organisation, election, pack, server_jwk, cursor, device: named } = JSON.parse(text);
    const isWhole = named === device && typeof token === "string" && typeof observer === "string" &&
      typeof election?.id === "string" && typeof organisation?.id === "string" && Array.isArray(pack?.checklists) && typeof server_jwk?.x === "string";
    if (!isWhole) return null;
    const identity = { deviceId: device, token, observer, organisation, election, serverJwk: server_jwk };
    return { identity, pack, cursor: typeof cursor === "string" ? cursor : "" };
  } catch {
    return null;
  }
}

/** One attempt. Rejects with "code-refused" when the server knows that the code is of no use; the code is then dropped. */
export async function enrol(database: Database, surroundings: Surroundings, joining: Joining): Promise<void> {
  const asked = { ...joining, app: surroundings.app };
  const response = await askJson(surroundings, "/api/v1/enrol", null, asked);
  const joined = response.status === 200 ? readJoined(response.text, await thumbprint(joining.jwk)) : null;
  if (joined && (await keepJoined(database, joined, surroundings.nowMs()))) return;
  if (response.status === 200 && !joined) throw new Interrupted({ code: "portal", retryAfterS: 0 });
  const failure = readFailure(response, surroundings.nowMs());
  const isFinal = joined !== null || (response.status < 500 && response.status !== 429 && failure.code !== "portal");
  if (!isFinal) throw new Interrupted(failure);
  await database.strict(["settings"], (transaction) => transaction.objectStore("settings").delete("joining"));
  const isForAnother = joined !== null || codeIn(response.text) === "code-for-another";
  if (isForAnother) throw new Error("code-for-another");
  throw new Error(failure.code === "too-old" ? "too-old" : "code-refused");
}

/** The code of a problem document; what a text that is none says does not matter. */
function codeIn(text: string): unknown {
  return (JSON.parse(text) as { code?: unknown }).code;
}

/**
 * All of it in one go. False, and nothing changes, when this phone holds the records of somebody else: a server of an
 * earlier release does not look at whom a phone expects.
 */
function keepJoined(database: Database, { identity, pack, cursor }: Joined, nowMs: number): Promise<boolean> {
  return database.strict(["settings"], async (transaction) => {
    const settings = transaction.objectStore("settings");
    const former = await setting(transaction, "identity");
    // Emptied meanwhile, key and all: there is nobody left who could use the answer.
    if (!former && !(await setting(transaction, "joining"))) return true;
    if (former && !isForSame(former, identity)) return false;
    if (former) await putAside(transaction, former, identity, nowMs);
    await settings.put(identity, "identity");
    await settings.put(pack, "pack");
    await settings.put(cursor, "cursor");
    await settings.delete("joining");
    return true;
  });
}
