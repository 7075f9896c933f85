/** What the server's own journal says to this observer, believed only with the server's signature on it. */
import type { Texts } from "../core/answer.ts";
import { digestOf, idOf, isSignedBy, thumbprint } from "../core/entry.ts";
import type { ReceivedReview } from "../core/records.ts";
import { utf8 } from "../core/text.ts";
import type { Identity, ReceivedRow } from "./database.ts";
import type { ReceivedMessage } from "./types.ts";

async function readOne([header, signature, body]: Texts, identity: Identity, server: string): Promise<ReceivedRow | null> {
  try {
    if (!(await isSignedBy(identity.serverJwk, header, signature))) return null;
    const { device, election, kind, subject, refs, seq, at, body: digest } = JSON.parse(header);
    if (device !== server || election !== identity.election.id || digest !== (await digestOf(utf8(body)))) return null;
    if (typeof kind !== "string" || !Array.isArray(refs) || !Number.isSafeInteger(seq)) return null;
    const id = await idOf(header);
    return { id, kind, subject: subject || id, refs, seq, atMs: Number(at) || 0, body: JSON.parse(body) };
  } catch {
    return null;
  }
}

/** The entries that are the server's own; anything else is passed over without a word. */
export async function readReceived(entries: readonly Texts[], identity: Identity): Promise<ReceivedRow[]> {
  const server = await thumbprint(identity.serverJwk);
  const read = await Promise.all(entries.map((texts) => readOne(texts, identity, server)));
  return read.filter((row) => row !== null);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Latest first. */
export function messagesOf(rows: readonly ReceivedRow[]): ReceivedMessage[] {
  return rows
    .filter((row) => row.kind === "message.send")
    .sort((a, b) => b.seq - a.seq)
    .map((row) => ({ id: row.id, text: text(row.body["text"]), atMs: row.atMs }));
}

export function reviewsOf(rows: readonly ReceivedRow[]): ReceivedReview[] {
  return rows
    .filter((row) => row.kind === "review")
    .map(({ id, refs, atMs, body }) => ({ id, refs, atMs, finding: text(body["finding"]), reason: text(body["reason"]) }));
}
