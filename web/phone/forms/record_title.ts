/** What a record is called in a list. */
import type { PhoneSnapshot, StoredRecord } from "../../device/types.ts";
import { named, sayOr, type Say } from "../words.ts";

export function recordTitle(record: StoredRecord, { pack, language }: PhoneSnapshot, t: Say): string {
  const { kind, body } = record;
  if (kind === "incident.report") {
    const type = pack?.incident_types.find(({ code }) => code === body["type"]);
    return named(type?.label, language) || String(body["type"] ?? t("kind-incident-report"));
  }
  if (kind === "observation.submit") {
    const checklist = pack?.checklists.find(({ id }) => id === body["checklist"]);
    return named(checklist?.name, language) || String(body["checklist"] ?? "");
  }
  if (kind === "tape.submit")
    return t("kind-tape-submit", { count: t(body["count"] === "manual" ? "tape-manual" : "tape-machine") });
  return sayOr(t, `kind-${kind.replace(".", "-")}`, "kind-other");
}
