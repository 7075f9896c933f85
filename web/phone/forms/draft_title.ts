/** What a draft is called in a list, and where it is resumed. */
import type { Draft, PhoneSnapshot } from "../../device/types.ts";
import { named, type Say } from "../words.ts";
import type { IncidentValue } from "./incident_value.ts";

export function draftTitle(draft: Draft, { pack, language }: PhoneSnapshot, t: Say): string {
  if (draft.screen === "tape") return t(draft.id.split(" ")[2] === "manual" ? "tape-manual" : "tape-machine");
  if (draft.screen === "checklist") {
    const checklist = pack?.checklists.find(({ id }) => id === draft.id.split(" ")[1]);
    return named(checklist?.name, language) || t("draft-checklist");
  }
  const type = pack?.incident_types.find(({ code }) => code === (draft.value as IncidentValue).type);
  return named(type?.label, language) || t("incident-title");
}

/** The id of a checklist's or a tape's draft is the way to it, in words. */
export function draftHref(draft: Draft): [screen: string, parts: string[]] {
  return draft.screen === "incident" ? ["incident", [draft.id]] : [draft.screen, draft.id.split(" ").slice(1)];
}
