/** Whether a photo may be taken: the stricter of what the phase allows and what the kind of incident allows. */
import type { IncidentType, Pack, PhotoPolicy } from "../../device/types.ts";

function policyOf(pack: Pack, phase: string): PhotoPolicy {
  const policies: Record<string, PhotoPolicy | undefined> = pack.settings.photo_policy;
  // Days before and after the vote have no policy of their own; the general one stands.
  return policies[phase] ?? policies["any"] ?? "never";
}

export function incidentPhotoPolicy(pack: Pack, type: IncidentType): PhotoPolicy {
  const policy = policyOf(pack, type.phase);
  if (type.photo === "no") return "never";
  return type.photo === "outside" && policy === "allowed" ? "outside" : policy;
}

/** The posted tape is what the counting rule speaks of; where even that is barred, figures alone are typed. */
export function tapePhotoPolicy(pack: Pack): PhotoPolicy {
  return policyOf(pack, "counting");
}
