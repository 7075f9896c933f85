/** Lets a centre be found however its name is spelled: Arabic and Kurdish keyboards write one letter in different ways. */
import { latinDigits } from "./digits.ts";

// Letters that people type for one another; the server folds the same ones (server/normal_letters.py).
const SAME_LETTER: Record<string, string> = {
  "ك": "کڪ",
  "ي": "یىئېۍێےﻯ",
  "ه": "ھەةۀہۂۃە",
  "ا": "أإآٱٲٳ",
  "و": "ؤۆۇۈۊ",
  "ر": "ڕڔ",
  "ل": "ڵ",
};
const KEPT = new Map(Object.entries(SAME_LETTER).flatMap(([kept, others]) => [...others].map((other) => [other, kept])));
// Tatweel, the harakat, the small alef above, and the invisible marks that keyboards leave between letters.
const PASSED_OVER = /[\u0640\u064b-\u065f\u0670\u200b-\u200f\u061c\u2066-\u2069]/g;
const BETWEEN_WORDS = /[-_/.,،؛;:؟?!()[\]«»"'\s]+/g;

/** The form of a text under which it is looked for: one form a letter, Latin digits, lower case, single spaces. */
export function searchable(text: string): string {
  // NFKC also undoes the presentation forms (ﻻ, ﮐ) that old keyboards and copied documents carry.
  const folded = [...latinDigits(text.normalize("NFKC"))].map((letter) => KEPT.get(letter) ?? letter).join("");
  return folded.replace(PASSED_OVER, "").toLowerCase().replace(BETWEEN_WORDS, " ").trim();
}

/** Whether every word looked for stands somewhere in the text. */
export function isFoundIn(text: string, wanted: string): boolean {
  const within = searchable(text);
  return searchable(wanted).split(" ").every((word) => within.includes(word));
}
