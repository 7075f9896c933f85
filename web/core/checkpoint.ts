/** Reads what a log signs: its checkpoints, and the handover from a lost server to the one restored from its copy. */
import { HASH_BYTES, type Hash } from "./tree.ts";
import { base64Decode, base64Encode, base64urlDecode, base64urlEncode, utf8 } from "./text.ts";

// Formats of c2sp.org: signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-proof; as in sync/checkpoint.py.
const ECDSA_P256 = 2;
const KEY_ID_BYTES = 4;
const MOST_SIGNATURES = 64;
const LONGEST_NOTE = 128 * 1024;
const SIGNATURE_MARK = "— ";
const PROOF_MARK = "c2sp.org/tlog-proof@v1";
const HANDOVER_MARK = "sanad-handover/1";
// What stands before the point of every P-256 key in DER (SubjectPublicKeyInfo, uncompressed).
const SPKI_HEAD = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";
const COORDINATE_BYTES = 32;

export interface SignatureLine {
  name: string;
  keyId: Hash;
  signature: Hash;
}

export interface Note {
  text: string;
  signatures: SignatureLine[];
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Hash;
}

/** The old log, as far as the copy held it, and the log and key that go on from there. */
export interface Handover {
  oldOrigin: string;
  size: number;
  root: Hash;
  origin: string;
  key: JsonWebKey;
}

function bad(): never {
  throw new Error("bad-note");
}

/** Base64 with padding, in its one spelling. */
function strictBase64(text: string): Hash {
  const bytes = base64Decode(text);
  return base64Encode(bytes) === text ? bytes : bad();
}

export function hashOf(text: string): Hash {
  const hash = strictBase64(text);
  return hash.length === HASH_BYTES ? hash : bad();
}

function decimal(text: string): number {
  const value = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : bad();
  return Number.isSafeInteger(value) ? value : bad();
}

const isName = (name: string): boolean => /^[^\s+]+$/u.test(name);

function readSignature(line: string): SignatureLine {
  if (!line.startsWith(SIGNATURE_MARK)) bad();
  const [name = "", encoded = "", ...more] = line.slice(SIGNATURE_MARK.length).split(" ");
  const raw = strictBase64(encoded);
  if (more.length > 0 || !isName(name) || raw.length <= KEY_ID_BYTES) bad();
  return { name, keyId: raw.slice(0, KEY_ID_BYTES), signature: raw.slice(KEY_ID_BYTES) };
}

/** A signed note; throws when it is none. Signatures are split, not checked. */
export function readNote(note: string): Note {
  const end = note.lastIndexOf("\n\n");
  if (note.length > LONGEST_NOTE || /[\u0000-\u0009\u000b-\u001f]/.test(note) || end < 0 || !note.endsWith("\n")) bad();
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) bad();
  return { text: note.slice(0, end + 1), signatures: lines.map(readSignature) };
}

/** The checkpoint that a note's text is; throws when it is none. */
export function readCheckpoint({ text }: Note): Checkpoint {
  const lines = text.split("\n");
  const [origin = "", size = "", root = ""] = lines;
  if (lines.length < 4 || lines.at(-1) !== "" || lines.slice(0, -1).includes("")) bad();
  return { origin, size: decimal(size), root: hashOf(root) };
}

/** The key in `<name>+<hash>+<base64>`; throws unless it is a P-256 key of this name with its own hash. */
async function readP256Key(text: string, name: string): Promise<JsonWebKey> {
  const [said = "", hash = "", ...rest] = text.split("+");
  const raw = strictBase64(rest.join("+"));
  const head = base64Decode(SPKI_HEAD);
  const spki = raw.slice(1);
  const isP256 = said === name && raw[0] === ECDSA_P256 && spki.length === head.length + 2 * COORDINATE_BYTES &&
    head.every((byte, at) => byte === spki[at]);
  if (!isP256) bad();
  const point = spki.slice(head.length);
  const key = {
    kty: "EC", crv: "P-256", x: base64urlEncode(point.slice(0, COORDINATE_BYTES)),
    y: base64urlEncode(point.slice(COORDINATE_BYTES)),
  };
  const id = [...(await keyIdOf(key))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return id === hash ? key : bad();
}

/** The handover that a note's text is; throws when it is none. */
export async function readHandover({ text }: Note): Promise<Handover> {
  const lines = text.split("\n");
  const [mark, oldOrigin = "", size = "", root = "", origin = "", p256 = "", ed25519 = ""] = lines;
  const isWhole = lines.length === 8 && mark === HANDOVER_MARK && isName(oldOrigin) && isName(origin) && ed25519 !== "";
  if (!isWhole || origin === oldOrigin) bad();
  return { oldOrigin, size: decimal(size), root: hashOf(root), origin, key: await readP256Key(p256, origin) };
}

function spkiOf({ x = "", y = "" }: JsonWebKey): Hash {
  const [head, left, right] = [base64Decode(SPKI_HEAD), base64urlDecode(x), base64urlDecode(y)];
  if (left.length !== COORDINATE_BYTES || right.length !== COORDINATE_BYTES) bad();
  return Uint8Array.from([...head, ...left, ...right]);
}

/** Four bytes that tell this key from others of the same name; not a protection. */
export async function keyIdOf(jwk: JsonWebKey): Promise<Hash> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", spkiOf(jwk))).slice(0, KEY_ID_BYTES);
}

/** ASN.1 DER, as notes carry ECDSA signatures, to the r and s one after the other that a browser checks. */
export function rawSignature(der: Hash): Hash {
  const raw = new Uint8Array(2 * COORDINATE_BYTES);
  if (der[0] !== 0x30 || der[1] !== der.length - 2) bad();
  let at = 2;
  for (const end of [COORDINATE_BYTES, 2 * COORDINATE_BYTES]) {
    const length = der[at + 1] ?? 0;
    let number = der.slice(at + 2, at + 2 + length);
    if (der[at] !== 2 || length === 0 || number.length !== length || number[0]! > 0x7f) bad();
    if (number[0] === 0) number = number.slice(1);
    if (number.length > COORDINATE_BYTES) bad();
    raw.set(number, end - number.length);
    at += 2 + length;
  }
  return at === der.length ? raw : bad();
}

/** Whether this key signed the note under this name. False for a wrong signature, and for none. */
export async function isNoteSignedBy(note: Note, name: string, jwk: JsonWebKey): Promise<boolean> {
  try {
    const id = await keyIdOf(jwk);
    const line = note.signatures.find((each) => each.name === name && each.keyId.every((byte, at) => byte === id[at]));
    if (!line) return false;
    const { crv, kty, x, y } = jwk;
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("jwk", { crv, kty, x, y }, algorithm, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, rawSignature(line.signature), utf8(note.text));
  } catch {
    return false;
  }
}

/** The proof as a file that anyone can check offline (c2sp.org/tlog-proof). */
export const proofText = (index: number, path: readonly string[], note: string): string =>
  `${PROOF_MARK}\nindex ${index}\n${path.map((hash) => `${hash}\n`).join("")}\n${note}`;
