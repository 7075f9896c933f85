/** Sends a photo in small pieces and goes on where the line broke (tus 1.0.0). */
import { readFailure } from "../core/answer.ts";
import { digestOf } from "../core/entry.ts";
import { hasArrived } from "../core/records.ts";
import { arrived, cut, FIRST_PIECES, type Pieces } from "../core/pieces.ts";
import { isTime, waitMs } from "../core/retry.ts";
import { base64Encode, utf8 } from "../core/text.ts";
import type { PhotoRow } from "./database.ts";
import type { Carrier } from "./exchange.ts";
import { keptPhoto } from "./kept_photo.ts";
import { ask, Interrupted, type Heard } from "./link.ts";
import type { Surroundings } from "./surroundings.ts";

const PHOTOS = "/api/v1/photos";
const TUS = { "Tus-Resumable": "1.0.0" };
// Bytes that arrive changed twice are not the line's fault any more.
const MOST_RESTARTS = 2;

export type Outcome = "sent" | "later" | "pressed";

/** What the phone knows of its line since the app began. */
interface Line {
  pieces: Pieces;
  /** something of a photo has arrived since somebody asked */
  hasMoved: boolean;
  /** until when the server wants no photos; texts are not meant */
  heldUntilMs: number;
}

const lines = new WeakMap<Surroundings, Line>();

function lineOf(surroundings: Surroundings): Line {
  const line = lines.get(surroundings) ?? { pieces: FIRST_PIECES, hasMoved: false, heldUntilMs: 0 };
  lines.set(surroundings, line);
  return line;
}

/** Until when the server wants no photos. */
export const photosFromMs = (surroundings: Surroundings): number => lineOf(surroundings).heldUntilMs;

/** Whether a part of a photo has arrived since this was asked: a line that carries something is not a dead one. */
export function hasMoved(surroundings: Surroundings): boolean {
  const line = lineOf(surroundings);
  const moved = line.hasMoved;
  line.hasMoved = false;
  return moved;
}

interface Sending {
  carrier: Carrier;
  row: PhotoRow;
  bytes: ArrayBuffer;
  /** whether something of a lower lane waits now */
  isPressed: () => Promise<boolean>;
}

/** The next photo that may go: its entry has arrived; tapes first. */
export async function nextPhoto({ database, surroundings }: Carrier): Promise<PhotoRow | null> {
  const [photos, journal] = await database.read(["photos", "journal"], async (transaction) => [
    await transaction.objectStore("photos").getAll(),
    await transaction.objectStore("journal").getAll(),
  ]);
  const arrived = new Set(journal.filter((row) => hasArrived(row.verdict)).map((row) => row.id));
  const nowMs = surroundings.nowMs();
  if (!isTime(lineOf(surroundings).heldUntilMs, nowMs)) return null;
  const ready = photos.filter((photo) =>
    !photo.sent && isTime(photo.notBeforeMs, nowMs) && photo.entries.some((entry) => arrived.has(entry)));
  return ready.sort((a, b) => a.lane - b.lane || a.attempts - b.attempts)[0] ?? null;
}

async function change({ carrier, row }: Sending, part: Partial<PhotoRow>): Promise<void> {
  Object.assign(row, part);
  await carrier.database.strict(["photos"], async (transaction) => {
    const kept = await transaction.objectStore("photos").get(row.digest);
    if (kept) await transaction.objectStore("photos").put({ ...kept, ...part });
  });
}

/** Leaves this photo aside for a while; the others go on. */
async function setBack(sending: Sending, reason: string, look: boolean): Promise<"later"> {
  const { nowMs, chance } = sending.carrier.surroundings;
  const attempts = sending.row.attempts + 1;
  const notBeforeMs = nowMs() + Math.max(10_000, waitMs(attempts + 2, chance()));
  await change(sending, { attempts, notBeforeMs, lastError: reason, look: look || undefined });
  return "later";
}

/** The offset in an answer that only a tus server gives; null for a log-in page that says 200 to everything. */
function offsetIn(response: Heard, size: number): number | null {
  const offset = response.headers.get("Upload-Offset");
  if (offset === null || !/^\d{1,10}$/.test(offset)) return null;
  return Number(offset) <= size ? Number(offset) : null;
}

/** Ends the whole round for what concerns every photo; tells what it means for this one alone otherwise. */
async function outcomeOf(sending: Sending, response: Heard): Promise<"later"> {
  const failure = readFailure(response, sending.carrier.surroundings.nowMs());
  if (response.status === 404) return setBack(sending, "not-named", false);
  // Another request still writes this photo: the one before a cut, that the server has not given up yet.
  if (response.status === 423) return setBack(sending, "upload-busy", false);
  if (response.status === 413 || failure.code === "frame") return setBack(sending, `photo-${response.status}`, true);
  if (failure.code === "busy") {
    // Photos are to wait, and only they: the next text goes at once.
    const { surroundings } = sending.carrier;
    lineOf(surroundings).heldUntilMs = surroundings.nowMs() + waitMs(1, surroundings.chance(), failure.retryAfterS);
    return "later";
  }
  // A server that fails on one photo may be well otherwise: this one steps back before the round ends.
  if (failure.code === "server-down") await setBack(sending, failure.code, false);
  throw new Interrupted(failure);
}

async function request(sending: Sending, method: string, address: string, headers: Record<string, string>, body?: ArrayBuffer) {
  const { surroundings, identity } = sending.carrier;
  return ask(surroundings, address, { method, headers: { ...TUS, Authorization: `Bearer ${identity.token}`, ...headers }, body });
}

/** A request that carries a piece: how long it took, or that the line broke, decides how large the next one is. */
async function carry(sending: Sending, piece: ArrayBuffer, ...asked: [method: string, address: string, headers: Record<string, string>]) {
  const { surroundings } = sending.carrier;
  const line = lineOf(surroundings);
  const beganMs = surroundings.monoMs();
  try {
    const response = await request(sending, ...asked, piece);
    if (isOk(response)) {
      line.pieces = arrived(line.pieces, piece.byteLength, surroundings.monoMs() - beganMs);
      line.hasMoved = true;
    }
    return response;
  } catch (error) {
    line.pieces = cut(line.pieces);
    throw error;
  }
}

const pieceAt = ({ carrier, row, bytes }: Sending, offset: number) =>
  bytes.slice(offset, Math.min(offset + lineOf(carrier.surroundings).pieces.bytes, row.size));

const isOk = ({ status }: Heard) => status >= 200 && status < 300;
const portal = () => new Interrupted({ code: "portal", retryAfterS: 0 });

/** Creates the upload, or finds the one there is, with the first piece in the same request. */
async function create(sending: Sending): Promise<number | "later"> {
  const { row } = sending;
  const named = (name: string, value: string) => `${name} ${base64Encode(utf8(value))}`;
  const response = await carry(sending, pieceAt(sending, 0), "POST", PHOTOS, {
    "Upload-Length": String(row.size),
    "Upload-Metadata": `${named("sha256", row.digest)},${named("filetype", row.mediaType)}`,
    "Content-Type": "application/offset+octet-stream",
  });
  if (response.status === 460) return 0;
  if (response.status !== 201 && response.status !== 200) return outcomeOf(sending, response);
  const offset = offsetIn(response, row.size);
  const address = pathOf(response.headers.get("Location"));
  if (offset === null || (address === null && offset < row.size)) throw portal();
  await change(sending, { uploadUrl: address ?? undefined });
  return offset;
}

/** Only the path is kept, and only our own: the server may know itself by another name, and nobody else gets a photo. */
function pathOf(location: string | null): string | null {
  if (location === null) return null;
  const path = location.replace(/^https?:\/\/[^/]+/, "");
  return path.startsWith(`${PHOTOS}/`) ? path : null;
}

/** Where to go on. An upload that has expired begins anew. */
async function resume(sending: Sending): Promise<number | "later"> {
  const { row } = sending;
  if (!row.uploadUrl) return create(sending);
  const response = await request(sending, "HEAD", row.uploadUrl, {});
  if (response.status === 404 || response.status === 410) return create(sending);
  if (!isOk(response)) return outcomeOf(sending, response);
  const offset = offsetIn(response, row.size);
  if (offset === null) throw portal();
  return offset;
}

/** The offset after one more piece; "lost" when the server stands elsewhere; "changed" when the whole had another digest. */
async function append(sending: Sending, offset: number): Promise<number | "later" | "lost" | "changed"> {
  const { row } = sending;
  const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  const response = await carry(sending, pieceAt(sending, offset), "PATCH", row.uploadUrl as string, headers);
  if (response.status === 460) return "changed";
  if (response.status === 409) return "lost";
  if (response.status === 404 || response.status === 410) return "lost";
  if (!isOk(response)) return outcomeOf(sending, response);
  const reached = offsetIn(response, row.size);
  if (reached === null || reached <= offset) throw portal();
  return reached;
}

/** Sends until the photo is whole on the server, or something more urgent waits. */
async function send(sending: Sending): Promise<Outcome> {
  let offset = await resume(sending);
  for (let restarts = 0; offset !== "later" && offset < sending.row.size; ) {
    if (await sending.isPressed()) return "pressed";
    const reached: number | "later" | "lost" | "changed" = sending.row.uploadUrl ? await append(sending, offset) : "lost";
    if (reached === "lost" || reached === "changed") {
      if (++restarts > MOST_RESTARTS) return setBack(sending, reached, false);
      offset = reached === "changed" ? 0 : await resume(sending);
    } else offset = reached;
  }
  if (offset === "later") return "later";
  await change(sending, { sent: true, uploadUrl: undefined, lastError: undefined, look: undefined });
  return "sent";
}

/** The bytes as they were hashed when they were taken, or null when the phone no longer holds those bytes. */
async function intactBytes({ database, sealing }: Carrier, digest: string): Promise<ArrayBuffer | null> {
  const kept = await keptPhoto(database, sealing, digest);
  return kept && (await digestOf(kept.bytes)) === digest ? kept.bytes : null;
}

export async function sendPhoto(carrier: Carrier, row: PhotoRow, isPressed: () => Promise<boolean>): Promise<Outcome> {
  const bytes = await intactBytes(carrier, row.digest);
  const sending: Sending = { carrier, row, bytes: bytes ?? new ArrayBuffer(0), isPressed };
  return bytes ? send(sending) : setBack(sending, "damaged", true);
}
