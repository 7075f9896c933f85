/** A half-written incident, and the entry it becomes. */
import type { IncidentType, StoredRecord, Submission } from "../../device/types.ts";
import type { Captured } from "./form_pieces.tsx";
import type { Place } from "./place_field.tsx";
import type { Qualities } from "./photo_field.tsx";
import type { Corrects } from "./use_hand_in.ts";

export const BASES = ["direct", "heard", "document", "media"] as const;
export type Basis = (typeof BASES)[number];

export interface IncidentValue {
  type?: string;
  severity?: number;
  station: string | null;
  /** happened away from any station */
  elsewhere: boolean;
  /** when the form was opened: the time of what is being seen now */
  startedMs: number;
  setTime: boolean;
  occurredMs?: number;
  text: string;
  place?: Place;
  basis: Basis;
  captured: Captured;
  qualities?: Qualities;
  corrects?: Corrects;
}

export function newIncident(startedMs: number, station: string | null, type?: IncidentType): IncidentValue {
  return {
    type: type?.code,
    severity: type?.severity,
    station,
    elsewhere: false,
    startedMs,
    setTime: false,
    text: "",
    basis: "direct",
    captured: "here",
  };
}

export function incidentEntry(value: IncidentValue): Pick<Submission, "kind" | "body" | "subject" | "refs"> {
  const { type, severity, station, text, place, basis, captured } = value;
  const occurred_ms = (value.setTime ? value.occurredMs : undefined) ?? value.startedMs;
  const body = {
    station: value.elsewhere ? null : station,
    type,
    severity,
    occurred_ms,
    text: text.trim(),
    basis,
    captured,
    ...(place && { place }),
  };
  return { kind: "incident.report", body, ...value.corrects };
}

export type IncidentGap = "station" | "time";

/** What a coordinator would have to ask for; none of it stops the report. */
export function incidentGaps(value: IncidentValue): IncidentGap[] {
  const gaps: IncidentGap[] = [];
  if (value.elsewhere ? !value.place : !value.station) gaps.push("station");
  if (value.setTime && value.occurredMs === undefined) gaps.push("time");
  return gaps;
}

/** A correction begins as a copy of what it corrects. */
export function incidentAgain(record: StoredRecord, corrects: Corrects): IncidentValue {
  const body = record.body as Partial<Record<string, never>>;
  return {
    type: body["type"],
    severity: body["severity"],
    station: body["station"] ?? null,
    elsewhere: !body["station"],
    startedMs: body["occurred_ms"] ?? record.savedAtMs,
    setTime: true,
    occurredMs: body["occurred_ms"],
    text: body["text"] ?? "",
    place: body["place"],
    basis: body["basis"] ?? "direct",
    captured: body["captured"] ?? "here",
    corrects,
  };
}
