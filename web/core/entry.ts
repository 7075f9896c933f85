/** Writes down one thing an observer recorded, as the signed line that travels and never changes. */
import { base64urlDecode, base64urlEncode, cleanText, utf8 } from "./text.ts";

export const MAX_HEADER_BYTES = 4096;
export const MAX_BODY_BYTES = 32768;
export const SALT_BYTES = 16;
// More than this in one entry is a fault of the program, and the server quarantines it.
export const MAX_REFS = 32;
export const MAX_PHOTOS = 24;

/** The JWS protected header of every entry; a constant, so that nothing an attacker chooses is ever parsed. */
export const PROTECTED = '{"alg":"ES256","typ":"sanad-entry+jws"}';

export type PhotoName = [digest: string, size: number, mediaType: string];

/** Where an entry is written: the last place in the device's journal. */
export interface Head {
  seq: number;
  id: string;
}

export const EMPTY_JOURNAL: Head = { seq: 0, id: "" };

export interface Statement {
  election: string;
  device: string;
  kind: string;
  subject: string;
  refs: string[];
  body: string;
  bodySize: number;
  photos: PhotoName[];
  /** size and root of the last checkpoint that this phone found right; [0, ""] before there is one */
  seen: [size: number, root: string];
  /** Testimony, never order: the phone's clock, ms since the app began, server minus phone at the last contact. */
  atMs: number;
  monoMs: number;
  offsetMs: number;
}

export async function digestOf(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<string> {
  return base64urlEncode(await crypto.subtle.digest("SHA-256", bytes));
}

/** Every text cleaned and every number a whole one; throws on what the wire does not carry. */
function carried(value: unknown): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return cleanText(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error("not-an-integer");
    return value;
  }
  if (Array.isArray(value)) return value.map(carried);
  if (typeof value !== "object") throw new Error("not-carried");
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(kept.map(([name, inner]) => [cleanText(name), carried(inner)]));
}

/** The body's text: `salt` first, so that nobody can guess an answer from its digest. */
export function composeBody(fields: Record<string, unknown>, salt: Uint8Array): string {
  const { salt: _ours, ...rest } = carried(fields) as Record<string, unknown>;
  const text = JSON.stringify({ salt: base64urlEncode(salt), ...rest });
  if (utf8(text).length > MAX_BODY_BYTES) throw new Error("body-too-big");
  return text;
}

/** The header's text at the place after `head`. */
export function composeHeader(statement: Statement, head: Head): string {
  if (statement.photos.length > MAX_PHOTOS) throw new Error("too-many-photos");
  if (statement.refs.length > MAX_REFS) throw new Error("too-many-refs");
  const text = JSON.stringify(carried({
    v: 1,
    election: statement.election,
    device: statement.device,
    seq: head.seq + 1,
    prev: head.id,
    kind: statement.kind,
    subject: statement.subject,
    refs: statement.refs,
    body: statement.body,
    body_size: statement.bodySize,
    photos: statement.photos,
    seen: statement.seen,
    at: Math.trunc(statement.atMs),
    mono: Math.trunc(statement.monoMs),
    offset: Math.trunc(statement.offsetMs),
  }));
  if (utf8(text).length > MAX_HEADER_BYTES) throw new Error("header-too-big");
  return text;
}

/** What ES256 is computed over. */
export function signingInput(header: string): Uint8Array<ArrayBuffer> {
  return utf8(`${base64urlEncode(utf8(PROTECTED))}.${base64urlEncode(utf8(header))}`);
}

/** An entry's name: of the signed bytes, never of the signature, which can be minted anew. */
export const idOf = (header: string): Promise<string> => digestOf(utf8(header));

/** RFC 7638: the name of a public key, over its required members in alphabetical order. */
export function thumbprint(jwk: JsonWebKey): Promise<string> {
  return digestOf(utf8(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })));
}

/** Whether the signature over the header is of this public key. */
export async function isSignedBy(jwk: JsonWebKey, header: string, signature: string): Promise<boolean> {
  try {
    const { crv, kty, x, y } = jwk;
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("jwk", { crv, kty, x, y }, algorithm, false, ["verify"]);
    const bytes = base64urlDecode(signature);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes, signingInput(header));
  } catch {
    return false;
  }
}
