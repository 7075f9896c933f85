/** Hours and days as the election counts them: in its own time zone, whatever the phone is set to. */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface ClockTime {
  /** `2026-11-22` */
  day: string;
  /** `07:30` */
  hour: string;
}

/** Latin digits in every language: figures and hours are compared with printed ones. */
export function clockTime(atMs: number, zone: string): ClockTime {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(atMs);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return { day: `${part("year")}-${part("month")}-${part("day")}`, hour: `${part("hour")}:${part("minute")}` };
}

/** The moment when a clock in the zone shows this; null where the text is no time. */
export function momentOf({ day, hour }: ClockTime, zone: string): number | null {
  const guess = Date.parse(`${day}T${hour}:00Z`);
  if (Number.isNaN(guess)) return null;
  // What the zone's clock shows at the guess tells how far the zone is from UTC.
  const shown = clockTime(guess, zone);
  const ahead = Date.parse(`${shown.day}T${shown.hour}:00Z`) - guess;
  return guess - ahead;
}

/** Today and the days before it, newest first: paper is typed up the same night or the day after. */
export function recentDays(nowMs: number, zone: string, count: number): string[] {
  return Array.from({ length: count }, (_, back) => clockTime(nowMs - back * DAY_MS, zone).day);
}

/** `22/11`, the way a day is written on the forms. */
export function shortDay(day: string): string {
  return `${day.slice(8, 10)}/${day.slice(5, 7)}`;
}
