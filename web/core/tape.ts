/** Adds up a results tape as it is typed; a sum that does not fit is a warning and never stops anybody. */

export interface Figures {
  registered?: number;
  verified?: number;
  ballots?: number;
  valid?: number;
  invalid?: number;
}

export type Votes = Record<string, number>;

/** `expected` and `found` are what should be equal, or in `more-…` what is exceeded and by what. */
export interface TapeWarning {
  code: "more-verified-than-registered" | "more-ballots-than-registered" | "ballots-not-valid-plus-invalid"
    | "votes-not-valid" | "more-ballots-than-verified";
  expected: number;
  found: number;
}

const isKnown = (...figures: (number | undefined)[]): boolean => figures.every((figure) => figure !== undefined);

/** Only what is there is compared: any figure of a tape may be missing or unreadable. */
export function tapeWarnings(figures: Figures, votes: Votes): TapeWarning[] {
  const { registered = 0, verified = 0, ballots = 0, valid = 0, invalid = 0 } = figures;
  const warnings: TapeWarning[] = [];
  const warn = (isWrong: boolean, code: TapeWarning["code"], expected: number, found: number) => {
    if (isWrong) warnings.push({ code, expected, found });
  };
  if (isKnown(figures.registered, figures.verified))
    warn(verified > registered, "more-verified-than-registered", registered, verified);
  if (isKnown(figures.registered, figures.ballots))
    warn(ballots > registered, "more-ballots-than-registered", registered, ballots);
  if (isKnown(figures.verified, figures.ballots))
    warn(ballots > verified, "more-ballots-than-verified", verified, ballots);
  if (isKnown(figures.ballots, figures.valid, figures.invalid))
    warn(ballots !== valid + invalid, "ballots-not-valid-plus-invalid", valid + invalid, ballots);
  const sum = sumOfVotes(votes);
  if (isKnown(figures.valid) && Object.keys(votes).length > 0) warn(sum !== valid, "votes-not-valid", valid, sum);
  return warnings;
}

export const sumOfVotes = (votes: Votes): number => Object.values(votes).reduce((sum, count) => sum + count, 0);

/**
 * How far the count by hand departs from the machine's, in hundredths of a percent of the machine's votes, rounded up
 * so that a difference is never shown as none: the sum of the absolute differences, so that two wrongs do not cancel
 * out. Only lists that stand on both tapes are compared. Null when there is nothing to compare. Law 4 of 2023: 5 %.
 */
export function differenceHundredths(machine: Votes, hand: Votes): number | null {
  let [difference, total] = [0, 0];
  for (const [list, votes] of Object.entries(machine)) {
    const counted = hand[list];
    if (counted === undefined) continue;
    difference += Math.abs(votes - counted);
    total += votes;
  }
  return total === 0 ? null : Math.ceil((difference * 10_000) / total);
}
