/** What the server's own journal says to this observer, believed only with the server's signature on it. */
import type { Texts } from "../core/answer.ts";
import { digestOf, idOf, isSignedBy, thumbprint } from "../core/entry.ts";
import type { ReceivedReview } from "../core/records.ts";
import { utf8 } from "../core/text.ts";
import type { ReceivedRow } from "./database.ts";
import type { ReceivedMessage } from "./types.ts";

interface Server {
  name: string;
  jwk: JsonWebKey;
}

async function readOne([header, signature, body]: Texts, election: string, servers: Server[]): Promise<ReceivedRow | null> {
  try {
    const { device, election: named, kind, subject, refs, seq, at, body: digest } = JSON.parse(header);
    const era = servers.findIndex(({ name }) => name === device);
    const server = servers[era];
    if (!server || !(await isSignedBy(server.jwk, header, signature))) return null;
    if (named !== election || digest !== (await digestOf(utf8(body)))) return null;
    if (typeof kind !== "string" || !Array.isArray(refs) || !Number.isSafeInteger(seq)) return null;
    const id = await idOf(header);
    return { id, kind, subject: subject || id, refs, seq, atMs: Number(at) || 0, body: JSON.parse(body), era };
  } catch {
    return null;
  }
}

/** The entries of these servers, the lost ones before the one in force; anything else is passed over without a word. */
export async function readReceived(entries: readonly Texts[], election: string, jwks: readonly JsonWebKey[]): Promise<ReceivedRow[]> {
  const servers = await Promise.all(jwks.map(async (jwk) => ({ name: await thumbprint(jwk), jwk })));
  const read = await Promise.all(entries.map((texts) => readOne(texts, election, servers)));
  return read.filter((row) => row !== null);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Latest first. */
export function messagesOf(rows: readonly ReceivedRow[]): ReceivedMessage[] {
  return rows
    .filter((row) => row.kind === "message.send")
    .sort((a, b) => (b.era ?? 0) - (a.era ?? 0) || b.seq - a.seq)
    .map((row) => ({ id: row.id, text: text(row.body["text"]), atMs: row.atMs }));
}

export function reviewsOf(rows: readonly ReceivedRow[]): ReceivedReview[] {
  return rows
    .filter((row) => row.kind === "review")
    .map(({ id, refs, atMs, body }) => ({ id, refs, atMs, finding: text(body["finding"]), reason: text(body["reason"]) }));
}
