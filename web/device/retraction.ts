/** Takes a record back, or lets it stand again; both are entries of their own, and nothing is deleted. */
import type { StoredRecord, Submission } from "./types.ts";

function found(records: readonly StoredRecord[], id: string): StoredRecord {
  const record = records.find((each) => each.id === id);
  if (!record) throw new Error("no-such-record");
  return record;
}

/** Names the record and every head of its report, so that no correction of it is left standing. */
export function retraction(records: readonly StoredRecord[], id: string, reason: string): Submission {
  const record = found(records, id);
  const heads = records.filter((each) =>
    each.subject === record.subject && each.kind === record.kind && !each.supersededBy && !each.retracted);
  const refs = [...new Set([id, ...heads.map((head) => head.id)])];
  return { kind: "retract", subject: record.subject, refs, body: { reason } };
}

/** Names the retractions that stand; `id` is the retracted record, any entry of its report, or the retraction. */
export function reinstatement(records: readonly StoredRecord[], id: string, reason: string): Submission {
  const { subject } = found(records, id);
  const undone = new Set(records.filter((each) => each.kind === "reinstate").flatMap((each) => each.refs));
  const standing = records.filter((each) => each.kind === "retract" && each.subject === subject && !undone.has(each.id));
  if (standing.length === 0) throw new Error("nothing-to-reinstate");
  return { kind: "reinstate", subject, refs: standing.map((each) => each.id), body: { reason } };
}
