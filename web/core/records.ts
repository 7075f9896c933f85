/** Tells an observer how each of his records stands: on this phone, on the server, proved, or in need of a look. */
import type { RecordState, Review, ShownProof, StoredPhoto, StoredRecord } from "../device/types.ts";

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
  proof?: ShownProof;
  archived?: boolean;
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

/** What is quarantined or refused consumes nothing, as on the server. */
const isEffective = (entry: OwnEntry): boolean => !isQuarantined(entry) && entry.verdict !== "refused";

export function stateOf(entry: OwnEntry): RecordState {
  if (entry.look || entry.verdict === "refused" || isQuarantined(entry)) return "look";
  const isWhole = hasArrived(entry.verdict) && entry.photos.every((photo) => photo.sent);
  if (!isWhole) return "phone";
  return entry.proof ? "proved" : "server";
}

/** What an entry names, as far as it is here and about the same subject; a name of anything else has no effect. */
function targetsOf(entry: OwnEntry, byId: ReadonlyMap<string, OwnEntry>): OwnEntry[] {
  return entry.refs.map((ref) => byId.get(ref)).filter((target) => target?.subject === entry.subject) as OwnEntry[];
}

/** Which entries an un-reinstated retraction takes out: what it names, and corrections of nothing but such. */
function retractedIds(ordered: readonly OwnEntry[], byId: ReadonlyMap<string, OwnEntry>): Set<string> {
  const named = (kind: string, isOpen: (entry: OwnEntry) => boolean) => {
    const speaking = ordered.filter((entry) => entry.kind === kind && isEffective(entry) && isOpen(entry));
    return new Set(speaking.flatMap((entry) => targetsOf(entry, byId).map((target) => target.id)));
  };
  const reinstated = named("reinstate", () => true);
  const retracted = named("retract", (entry) => !reinstated.has(entry.id));
  // Oldest first: what a correction names has been settled by the time the correction is reached.
  for (const entry of ordered) {
    if (SPECIAL.has(entry.kind) || !isEffective(entry)) continue;
    const targets = targetsOf(entry, byId).filter((target) => target.kind === entry.kind);
    if (targets.length > 0 && targets.every((target) => retracted.has(target.id))) retracted.add(entry.id);
  }
  return retracted;
}

function supersededByIds(ordered: readonly OwnEntry[], byId: ReadonlyMap<string, OwnEntry>): Map<string, string> {
  const later = new Map<string, string>();
  for (const entry of ordered) {
    if (SPECIAL.has(entry.kind) || !isEffective(entry)) continue;
    for (const target of targetsOf(entry, byId)) if (target.kind === entry.kind) later.set(target.id, entry.id);
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

/** The observer's records, oldest first. */
export function foldRecords(entries: readonly OwnEntry[], reviews: readonly ReceivedReview[]): StoredRecord[] {
  const ordered = [...entries].sort((a, b) => a.seq - b.seq);
  const byId = new Map(ordered.map((entry) => [entry.id, entry]));
  const retracted = retractedIds(ordered, byId);
  const superseded = supersededByIds(ordered, byId);
  return ordered.map((entry) => {
    const { look: _look, ...shown } = entry;
    return {
      ...shown,
      state: stateOf(entry),
      supersededBy: superseded.get(entry.id),
      retracted: retracted.has(entry.id) || undefined,
      review: reviewOf(entry.id, reviews),
    };
  });
}
