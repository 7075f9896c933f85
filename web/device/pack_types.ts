/** What an election brings to a phone: stations, incident types, checklists and the rules for photos. */
import type { Language, Words } from "./types.ts";

export type Phase = "arrival" | "opening" | "voting" | "closing" | "counting" | "any";
export type PhotoPolicy = "never" | "outside" | "tape" | "allowed";

export interface Governorate {
  code: string;
  name: Words;
  tile: [number, number];
  label: [longitude: number, latitude: number];
}

export interface IncidentGroup {
  code: string;
  name: Words;
}

export interface IncidentType {
  code: string;
  group: string;
  phase: Phase;
  severity: number;
  impact: string;
  escalate: boolean;
  photo: "yes" | "no" | "outside";
  label: Words;
}

export type QuestionType =
  | "time" | "int" | "text" | "code" | "photo" | "yes_no" | "yes_no_na" | "choice" | "scale";

/** Shown when the number answered to `question` is above `above`, or its value is one of `is`. */
export interface ShowIf {
  question: string;
  above?: number;
  is?: string[];
}

export interface Question {
  id: string;
  label: Words;
  type: QuestionType;
  options?: { value: string; label: Words }[];
  /** One value or, divided by semicolons, several that count as expected. */
  expected: string | null;
  critical: boolean;
  incident: string | null;
  show_if: ShowIf | null;
}

export interface Checklist {
  id: string;
  phase: Phase;
  name: Words;
  questions: Question[];
}

/** Times are text "HH:MM", numbers are integers, all else is text; photos ride the entry and have no answer. */
export type Answer = string | number;
export type Answers = Record<string, Answer>;

export interface Station {
  code: string;
  centre: string;
  name: Words;
  governorate: string;
  registered: number;
  longitude_e6?: number | null;
  latitude_e6?: number | null;
}

/** centre code, its name, its governorate, and the numbers of its stations */
export type Centre = [code: string, name: Words, governorate: string, stations: string[]];

export interface PackSettings {
  time_zone: string;
  opens: string;
  closes: string;
  languages: Language[];
  photo_policy: Record<Phase, PhotoPolicy>;
  manual_count_difference_percent: number;
  country_box: [west: number, south: number, east: number, north: number];
  lists: { code: string; name: Words }[];
}

export interface Pack {
  id: string;
  version: number;
  labels_reviewed: boolean;
  settings: PackSettings;
  governorates: Governorate[];
  incident_groups: IncidentGroup[];
  incident_types: IncidentType[];
  checklists: Checklist[];
  stations: Station[];
  centres: Centre[];
}
