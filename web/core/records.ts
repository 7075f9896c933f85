/** Tells an observer how each of his records stands: on this phone, on the server, or in need of a look. */
import type { RecordState, Review, StoredPhoto, StoredRecord } from "../device/types.ts";

/** One entry of this phone with all that has been said about it. */
export interface OwnEntry {
  id: string;
  seq: number;
  kind: string;
  subject: string;
  refs: string[];
  body: Record<string, unknown>;
  photos: StoredPhoto[];
  savedAtMs: number;
  attempts: number;
  verdict?: string;
  why?: string;
  bucket?: string;
  lastError?: string;
  /** a photo or the entry itself cannot go on without a person */
  look?: boolean;
}

/** A review as the server handed it out; `refs` are the entries it judges and the reviews it replaces. */
export interface ReceivedReview extends Review {
  id: string;
  refs: string[];
}

const SPECIAL = new Set(["retract", "reinstate", "review", "release"]);
const ARRIVED = new Set(["stored", "duplicate", "quarantined"]);

export const hasArrived = (verdict: string | undefined): boolean => verdict !== undefined && ARRIVED.has(verdict);

/** A later mark overrules the verdict, both ways. */
function isQuarantined(entry: OwnEntry): boolean {
  return entry.bucket === undefined ? entry.verdict === "quarantined" : entry.bucket === "quarantined";
}

export function stateOf(entry: OwnEntry): RecordState {
  if (entry.look || entry.verdict === "refused" || isQuarantined(entry)) return "look";
  const isWhole = hasArrived(entry.verdict) && entry.photos.every((photo) => photo.sent);
  return isWhole ? "server" : "phone";
}

/** Which entries an un-reinstated retraction takes out: what it names, and corrections of nothing but such. */
function retractedIds(effective: readonly OwnEntry[]): Set<string> {
  const reinstated = new Set(effective.filter((entry) => entry.kind === "reinstate").flatMap((entry) => entry.refs));
  const standing = effective.filter((entry) => entry.kind === "retract" && !reinstated.has(entry.id));
  const retracted = new Set(standing.flatMap((entry) => entry.refs));
  const byId = new Map(effective.map((entry) => [entry.id, entry]));
  // Oldest first: what a correction names has been settled by the time the correction is reached.
  for (const entry of effective) {
    const targets = entry.refs.filter((ref) => {
      const target = byId.get(ref);
      return target !== undefined && target.kind === entry.kind && target.subject === entry.subject;
    });
    if (!SPECIAL.has(entry.kind) && targets.length > 0 && targets.every((ref) => retracted.has(ref)))
      retracted.add(entry.id);
  }
  return retracted;
}

function supersededByIds(effective: readonly OwnEntry[]): Map<string, string> {
  const byId = new Map(effective.map((entry) => [entry.id, entry]));
  const later = new Map<string, string>();
  for (const entry of effective) {
    if (SPECIAL.has(entry.kind)) continue;
    for (const ref of entry.refs) if (byId.get(ref)?.kind === entry.kind) later.set(ref, entry.id);
  }
  return later;
}

/** The review that no other review replaces; of two such, the later by its own clock is shown. */
function reviewOf(id: string, reviews: readonly ReceivedReview[]): Review | undefined {
  const replaced = new Set(reviews.flatMap((review) => review.refs));
  const heads = reviews.filter((review) => review.refs.includes(id) && !replaced.has(review.id));
  const shown = heads.sort((a, b) => b.atMs - a.atMs)[0];
  return shown && { finding: shown.finding, reason: shown.reason, atMs: shown.atMs };
}

/** The observer's records, oldest first. What is quarantined or refused consumes nothing, as on the server. */
export function foldRecords(entries: readonly OwnEntry[], reviews: readonly ReceivedReview[]): StoredRecord[] {
  const ordered = [...entries].sort((a, b) => a.seq - b.seq);
  const effective = ordered.filter((entry) => !isQuarantined(entry) && entry.verdict !== "refused");
  const retracted = retractedIds(effective);
  const superseded = supersededByIds(effective);
  return ordered.map(({ look: _look, ...entry }) => ({
    ...entry,
    state: stateOf({ ...entry, look: _look }),
    ...(superseded.has(entry.id) && { supersededBy: superseded.get(entry.id) }),
    ...(retracted.has(entry.id) && { retracted: true }),
    review: reviewOf(entry.id, reviews),
  }));
}
