/** What is due at this hour of the election day. */
import type { Checklist, Me, Phase } from "../../device/types.ts";

const HOUR_MS = 60 * 60 * 1000;

/** Staff prepare an hour before the doors open, and a late opening is still an opening an hour after. */
export function phaseNow(nowMs: number, election: Me["election"]): Phase | null {
  const { opens_ms, closes_ms } = election;
  if (nowMs < opens_ms - 12 * HOUR_MS || nowMs > closes_ms + 18 * HOUR_MS) return null;
  if (nowMs < opens_ms + HOUR_MS) return "opening";
  if (nowMs < closes_ms) return "voting";
  return nowMs < closes_ms + HOUR_MS ? "closing" : "counting";
}

/** The next form at a station: arrival before all else, then the form of the hour. */
export function dueChecklist(
  checklists: readonly Checklist[],
  done: ReadonlySet<string>,
  phase: Phase | null,
): Checklist | null {
  const arrival = checklists.find((checklist) => checklist.phase === "arrival");
  if (arrival && !done.has(arrival.id)) return arrival;
  return checklists.find((checklist) => checklist.phase === phase && !done.has(checklist.id)) ?? null;
}
