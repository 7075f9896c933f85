/** Lets a centre be found however its name is spelled: Arabic and Kurdish keyboards write the same letter differently. */
import { latinDigits } from "./digits.ts";

const SAME_LETTER: Record<string, string> = {
  "ک": "ك", "ی": "ي", "ى": "ي", "ئ": "ي", "ھ": "ه", "ە": "ه", "ة": "ه",
  "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ۆ": "و", "ێ": "ي", "ڕ": "ر", "ڵ": "ل",
};
// Tatweel, the harakat, the small alef above, and the invisible marks that keyboards leave between letters.
const PASSED_OVER = /[\u0640\u064b-\u065f\u0670\u200b-\u200f\u061c\u2066-\u2069]/g;

/** The form of a text under which it is looked for. */
export function searchable(text: string): string {
  return latinDigits(text.normalize("NFC"))
    .replace(PASSED_OVER, "")
    .replace(/[کیىئھەةأإآٱؤۆێڕڵ]/g, (letter) => SAME_LETTER[letter] ?? letter)
    .toLowerCase()
    .replace(/[\s\-_/.,،]+/g, " ")
    .trim();
}

/** Whether every word looked for stands somewhere in the text. */
export function isFoundIn(text: string, wanted: string): boolean {
  const within = searchable(text);
  return searchable(wanted).split(" ").every((word) => within.includes(word));
}
