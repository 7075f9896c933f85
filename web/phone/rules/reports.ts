/** What the phone's own records say of one subject: its history, its newest account, and the visit still open. */
import type { StoredRecord } from "../../device/types.ts";

export const REPORT_KINDS: ReadonlySet<string> = new Set([
  "incident.report",
  "observation.submit",
  "tape.submit",
  "visit.open",
  "visit.close",
]);

export function stationOf(record: StoredRecord): string | null {
  const station = record.body["station"];
  return typeof station === "string" ? station : null;
}

/** Everything said about one subject, oldest first. */
export function historyOf(records: readonly StoredRecord[], record: StoredRecord): StoredRecord[] {
  return records.filter((other) => other.subject === record.subject);
}

/** The accounts that stand: reports neither replaced by a newer one nor retracted. */
export function standing(records: readonly StoredRecord[], kind: string, station?: string): StoredRecord[] {
  return records.filter(
    (record) =>
      record.kind === kind &&
      !record.supersededBy &&
      !record.retracted &&
      (station === undefined || stationOf(record) === station),
  );
}

/** Wholly on the server, whether or not it is proved to be in its log. */
export const isThere = ({ state }: StoredRecord): boolean => state === "server" || state === "proved";

/** What the outbox shows: the newest account of each subject, newest first, and each entry that is stuck. */
export function listed(records: readonly StoredRecord[]): StoredRecord[] {
  return records
    .filter((record) => (REPORT_KINDS.has(record.kind) && !record.supersededBy) || !isThere(record))
    .reverse();
}

/** The visit at a station that has not been closed, if the observer is there. */
export function openVisit(records: readonly StoredRecord[], station: string): StoredRecord | null {
  const closed = new Set(standing(records, "visit.close", station).map((record) => record.subject));
  return standing(records, "visit.open", station).findLast((record) => !closed.has(record.subject)) ?? null;
}

/** The station where the observer most likely is: an open visit, the last one written about, the only one assigned. */
export function likelyStation(records: readonly StoredRecord[], assigned: readonly { code: string }[]): string | null {
  const here = records.findLast(
    (record) => record.kind === "visit.open" && openVisit(records, stationOf(record) ?? "")?.id === record.id,
  );
  const last = here ?? records.findLast((record) => stationOf(record) !== null);
  return (last && stationOf(last)) ?? (assigned.length === 1 ? assigned[0]!.code : null);
}

/** The kinds of incident this observer reported before, newest first. */
export function recentTypes(records: readonly StoredRecord[], most: number): string[] {
  const types = records
    .filter((record) => record.kind === "incident.report")
    .map((record) => String(record.body["type"]));
  return [...new Set(types.reverse())].slice(0, most);
}
