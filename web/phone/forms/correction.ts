/** Begins a correction: a draft that is a copy of the record, and names what it replaces. */
import type { Draft, StoredRecord } from "../../device/types.ts";
import { routeTo } from "../route.ts";
import { stationOf } from "../rules/reports.ts";
import type { ChecklistValue } from "../screens/checklist.tsx";
import { checklistDraftId } from "../screens/checklist.tsx";
import { incidentAgain } from "./incident_value.ts";
import { tapeAgain, tapeDraftId, type Count } from "./tape_value.ts";
import type { Corrects } from "./use_hand_in.ts";

export const CORRECTABLE: ReadonlySet<string> = new Set(["incident.report", "observation.submit", "tape.submit"]);

/** All accounts that stand are named, so that two of them never live on side by side by mistake. */
export function correctsOf(record: StoredRecord, history: readonly StoredRecord[]): Corrects {
  const heads = history.filter(
    (other) => other.kind === record.kind && !other.supersededBy && !other.retracted && other.verdict !== "refused",
  );
  return { subject: record.subject, refs: (heads.length > 0 ? heads : [record]).map(({ id }) => id) };
}

/** The draft and the way to its form. */
export function beginCorrection(
  record: StoredRecord,
  history: readonly StoredRecord[],
  nowMs: number,
): { draft: Draft; href: string } {
  const corrects = correctsOf(record, history);
  const station = stationOf(record) ?? undefined;
  const draft = (id: string, screen: Draft["screen"], value: object): Draft => ({
    id,
    screen,
    station,
    value,
    photos: [],
    changedAtMs: nowMs,
  });
  if (record.kind === "observation.submit") {
    const checklist = String(record.body["checklist"]);
    return {
      draft: draft(
        checklistDraftId(checklist, station ?? "", record.subject),
        "checklist",
        checklistAgain(record, corrects),
      ),
      href: routeTo("checklist", [checklist, station ?? "", record.subject]),
    };
  }
  if (record.kind === "tape.submit") {
    const count = record.body["count"] as Count;
    return {
      draft: draft(tapeDraftId(station ?? "", count, record.subject), "tape", tapeAgain(record, corrects)),
      href: routeTo("tape", [station ?? "", count, record.subject]),
    };
  }
  const id = `correct-${record.subject}`;
  return { draft: draft(id, "incident", incidentAgain(record, corrects)), href: routeTo("incident", [id]) };
}

function checklistAgain({ body, savedAtMs }: StoredRecord, corrects: Corrects): ChecklistValue {
  const { answers, started_ms, ended_ms, captured } = body as {
    answers?: ChecklistValue["answers"];
    started_ms?: number;
    ended_ms?: number;
    captured?: ChecklistValue["captured"];
  };
  return {
    answers: answers ?? {},
    startedMs: started_ms ?? savedAtMs,
    endedMs: ended_ms,
    captured: captured ?? "here",
    corrects,
  };
}
