/** Chooses what is handed in next, so that a results tape or a severe incident never waits for anything else. */

/** 0 tapes and severe incidents, 1 other entries, 2 tape photos, 3 other photos. */
export type Lane = 0 | 1 | 2 | 3;

export const SEVERE = 4;
export const MAX_ENTRIES = 100;
// The server takes 256 KiB as sent. Plain text under that fits with and without gzip, and far under 1 MiB inflated.
export const MAX_BATCH_BYTES = 240 * 1024;
const FRAME_BYTES = 1024;

export interface Waiting {
  id: string;
  seq: number;
  lane: Lane;
  header: string;
  signature: string;
  body: string;
  /** a batch of it alone has failed before */
  isSuspect: boolean;
}

export function entryLane(kind: string, body: Record<string, unknown>): Lane {
  if (kind === "tape.submit") return 0;
  return kind === "incident.report" && Number(body["severity"]) >= SEVERE ? 0 : 1;
}

export const photoLane = (kind: string): Lane => (kind === "tape.submit" ? 2 : 3);

const sizeOf = (entry: Waiting): number =>
  new TextEncoder().encode(JSON.stringify([entry.header, entry.signature, entry.body])).length + 1;

type Urgency = Pick<Waiting, "seq" | "lane" | "isSuspect">;

/** Urgent ones first, then the oldest. What failed by itself is tried alone, and only when nothing else waits. */
export function byUrgency<T extends Urgency>(waiting: readonly T[]): T[] {
  const sound = waiting.filter((entry) => !entry.isSuspect);
  const sorted = (sound.length > 0 ? sound : [...waiting]).sort((a, b) => a.lane - b.lane || a.seq - b.seq);
  return sound.length > 0 ? sorted : sorted.slice(0, 1);
}

/** At most `most` entries by urgency, as many as fit; handed in by their order in the journal. */
export function nextBatch<T extends Waiting>(waiting: readonly T[], most: number): T[] {
  const batch: T[] = [];
  let bytes = FRAME_BYTES;
  for (const entry of byUrgency(waiting)) {
    if (batch.length >= Math.max(1, Math.min(most, MAX_ENTRIES))) break;
    bytes += sizeOf(entry);
    if (batch.length > 0 && bytes > MAX_BATCH_BYTES) break;
    batch.push(entry);
  }
  return batch.sort((a, b) => a.seq - b.seq);
}
