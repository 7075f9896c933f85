/** Finds an incident type or a centre by a few letters, in any of the three languages, however they are typed. */
import { latinDigits } from "../../ui/digits.ts";

// Keyboards differ in these letters and people leave the marks out; the reader sees one word, and so must the search.
const ALIKE: readonly (readonly [RegExp, string])[] = [
  [/[\u064b-\u065f\u0670\u0640\u200c\u200d\u2066-\u2069]/g, ""],
  [/[أإآٱ]/g, "ا"],
  [/[ىيئێ]/g, "ی"],
  [/[كڪ]/g, "ک"],
  [/[ةهەھ]/g, "ه"],
  [/[ؤۆ]/g, "و"],
  [/ڵ/g, "ل"],
  [/ڕ/g, "ر"],
];

export function plainText(text: string): string {
  return ALIKE.reduce((changed, [letters, one]) => changed.replace(letters, one), latinDigits(text).toLowerCase()).trim();
}

/** Whether every word of the search stands somewhere in one of the texts. */
export function isFound(search: string, texts: readonly string[]): boolean {
  const place = texts.map(plainText).join("\n");
  return plainText(search).split(/\s+/).every((word) => place.includes(word));
}
