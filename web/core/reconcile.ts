/** Reads what the server says it lacks, so that an entry it lost is handed in again. */

export interface Lacking {
  /** ranges of places in this device's journal, both ends included */
  ranges: [from: number, to: number][];
  photos: string[];
}

const isRange = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isSafeInteger);

/** What an answer of 200 to "what do you lack?" says about this device; null when it is no such answer. */
export function readLacking(text: string, device: string): Lacking | null {
  try {
    const answer = JSON.parse(text) as { want?: Record<string, unknown>; photos?: unknown };
    if (typeof answer.want !== "object" || answer.want === null || !Array.isArray(answer.photos)) return null;
    const ranges = answer.want[device] ?? [];
    if (!Array.isArray(ranges) || !ranges.every(isRange)) return null;
    return { ranges, photos: answer.photos.filter((digest) => typeof digest === "string") };
  } catch {
    return null;
  }
}

export const isLacking = (lacking: Lacking, seq: number): boolean =>
  lacking.ranges.some(([from, to]) => from <= seq && seq <= to);
