/** A station's code as it is written, from whatever was typed: six digits of the centre, two of the station. */
import { latinDigits } from "../../core/digits.ts";

const CODE = /^\d{6}-\d{2}$/;

/** `13845003`, `138450/3`, `١٣٨٤٥٠-٠٣` all mean `138450-03`; null while it cannot be a code yet. */
export function stationCode(typed: string): string | null {
  const text = latinDigits(typed).trim();
  const parted = /^(\d{6})\D+(\d{1,2})$/.exec(text) ?? /^(\d{6})(\d{2})$/.exec(text);
  const code = parted ? `${parted[1]}-${parted[2]!.padStart(2, "0")}` : text;
  return CODE.test(code) ? code : null;
}

/** What may be used as a code although it does not look like one: a paper may be torn, and nothing is refused. */
export function unusualCode(typed: string): string | null {
  const text = latinDigits(typed).trim();
  return /^[\w/.-]{3,32}$/.test(text) && /\d/.test(text) ? text : null;
}
