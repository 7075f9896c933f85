/** A half-typed results tape, and the entry it becomes. */
import type { Figures, Votes } from "../../core/tape.ts";
import type { StoredRecord, Submission } from "../../device/types.ts";
import type { Captured } from "./form_pieces.tsx";
import type { Qualities } from "./photo_field.tsx";
import type { Corrects } from "./use_hand_in.ts";

export type Count = "machine" | "manual";
export type FigureName = keyof Figures;

export const FIGURE_NAMES: readonly FigureName[] = ["registered", "verified", "ballots", "valid", "invalid"];

export interface TapeValue {
  figures: Figures;
  votes: Votes;
  captured: Captured;
  /** pages of the tape that is corrected; they are on the server or on their way */
  earlierPages: string[];
  qualities?: Qualities;
  corrects?: Corrects;
}

export const newTape = (): TapeValue => ({ figures: {}, votes: {}, captured: "here", earlierPages: [] });

/** Each count of each station has its own draft; a correction has its own again. */
export const tapeDraftId = (station: string, count: Count, corrected = "") =>
  ["tape", station, count, corrected].join(" ").trim();

export function tapeEntry(
  station: string,
  count: Count,
  value: TapeValue,
  digests: readonly string[],
): Pick<Submission, "kind" | "body" | "subject" | "refs"> {
  const pages = [...value.earlierPages, ...digests];
  const body = { station, count, figures: value.figures, votes: value.votes, pages, captured: value.captured };
  return { kind: "tape.submit", body, ...value.corrects };
}

export type TapeGap = "photos" | FigureName | "votes";

/** What is still open; a tape with holes is better than no tape. */
export function tapeGaps(value: TapeValue, photos: number, photosAllowed: boolean): TapeGap[] {
  const gaps: TapeGap[] = FIGURE_NAMES.filter((name) => value.figures[name] === undefined);
  if (Object.keys(value.votes).length === 0) gaps.push("votes");
  return photosAllowed && photos + value.earlierPages.length === 0 ? ["photos", ...gaps] : gaps;
}

export function tapeAgain(record: StoredRecord, corrects: Corrects): TapeValue {
  const body = record.body as { figures?: Figures; votes?: Votes; captured?: Captured; pages?: string[] };
  return {
    figures: body.figures ?? {},
    votes: body.votes ?? {},
    captured: body.captured ?? "here",
    earlierPages: body.pages ?? [],
    corrects,
  };
}
