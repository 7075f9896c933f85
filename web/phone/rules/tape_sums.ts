/** Whether the figures of a results tape add up; what does not is shown, never refused: the tape itself may be wrong. */
export type FigureName = "registered" | "verified" | "ballots" | "valid" | "invalid";
export type Figures = Partial<Record<FigureName, number>>;
export type Votes = Record<string, number>;

export const FIGURE_NAMES: readonly FigureName[] = ["registered", "verified", "ballots", "valid", "invalid"];

/** `registered-register`: the tape's registered voters against the register's. */
export type SumName = "parts-ballots" | "votes-valid" | "ballots-verified" | "verified-registered" | "registered-register";

export interface Sum {
  name: SumName;
  /** what the tape says, and what it is compared with */
  left: number;
  right: number;
  holds: boolean;
}

function sum(name: SumName, left: number | undefined, right: number | undefined, holds: (l: number, r: number) => boolean): Sum[] {
  return left === undefined || right === undefined ? [] : [{ name, left, right, holds: holds(left, right) }];
}

const equal = (left: number, right: number) => left === right;
const atMost = (left: number, right: number) => left <= right;

export function totalOf(votes: Votes): number | undefined {
  const given = Object.values(votes);
  return given.length === 0 ? undefined : given.reduce((total, count) => total + count, 0);
}

/** Only sums whose figures are all given are judged: an empty field is unknown, not zero. */
export function checkSums(figures: Figures, votes: Votes, registerCount?: number): Sum[] {
  const { registered, verified, ballots, valid, invalid } = figures;
  const parts = valid === undefined || invalid === undefined ? undefined : valid + invalid;
  return [
    ...sum("parts-ballots", parts, ballots, equal),
    ...sum("votes-valid", totalOf(votes), valid, equal),
    ...sum("ballots-verified", ballots, verified, equal),
    ...sum("verified-registered", verified, registered, atMost),
    ...sum("registered-register", registered, registerCount || undefined, equal),
  ];
}

export interface Difference {
  votes: number;
  /** of the machine's votes; null where those are none */
  percent: number | null;
}

/** How far the hand count lies from the machine's: the sum over lists, so that two wrongs do not cancel out. */
export function countDifference(machine: Votes, manual: Votes): Difference | null {
  const lists = Object.keys(machine).filter((list) => manual[list] !== undefined);
  if (lists.length === 0) return null;
  const votes = lists.reduce((total, list) => total + Math.abs((machine[list] ?? 0) - (manual[list] ?? 0)), 0);
  const base = lists.reduce((total, list) => total + (machine[list] ?? 0), 0);
  return { votes, percent: base === 0 ? null : Math.round((votes * 1000) / base) / 10 };
}
