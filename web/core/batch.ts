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
}

export function entryLane(kind: string, body: Record<string, unknown>): Lane {
  if (kind === "tape.submit") return 0;
  return kind === "incident.report" && Number(body["severity"]) >= SEVERE ? 0 : 1;
}

export const photoLane = (kind: string): Lane => (kind === "tape.submit" ? 2 : 3);

const sizeOf = (entry: Waiting): number =>
  new TextEncoder().encode(JSON.stringify([entry.header, entry.signature, entry.body])).length + 1;

/** At most `most` entries: urgent ones first in, then the oldest; handed in by their order in the journal. */
export function nextBatch<T extends Waiting>(waiting: readonly T[], most: number): T[] {
  const byUrgency = [...waiting].sort((a, b) => a.lane - b.lane || a.seq - b.seq);
  const batch: T[] = [];
  let bytes = FRAME_BYTES;
  for (const entry of byUrgency) {
    if (batch.length >= Math.max(1, Math.min(most, MAX_ENTRIES))) break;
    bytes += sizeOf(entry);
    if (batch.length > 0 && bytes > MAX_BATCH_BYTES) break;
    batch.push(entry);
  }
  return batch.sort((a, b) => a.seq - b.seq);
}
