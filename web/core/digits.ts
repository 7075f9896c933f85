/** Reads figures as they are typed in Iraq: with Latin, Arabic or Persian digits, and writes them in Latin ones. */

const ARABIC_ZERO = 0x0660;
const PERSIAN_ZERO = 0x06f0;

/** The same text with every ٠-٩ and ۰-۹ as 0-9. */
export function latinDigits(text: string): string {
  return text.replace(/[٠-٩۰-۹]/g, (digit) => {
    const code = digit.charCodeAt(0);
    return String(code - (code >= PERSIAN_ZERO ? PERSIAN_ZERO : ARABIC_ZERO));
  });
}

/** The whole number that was typed, or null; marks that group thousands (1,234 or ١٬٢٣٤) are passed over. */
export function readInteger(text: string): number | null {
  const plain = latinDigits(text).replace(/[\s,٬،_\u200e\u200f\u061c]/g, "");
  if (!/^\d{1,15}$/.test(plain)) return null;
  return Number(plain);
}

/** A time of day as "HH:MM", from 7:05, 0705, ٧:٠٥ or 7.05; null when it is none. */
export function readTime(text: string): string | null {
  const plain = latinDigits(text).replace(/[\s\u200e\u200f\u061c]/g, "");
  const found = /^(\d{1,2})[:.٫]?(\d{2})$/.exec(plain);
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2])];
  if (hours > 23 || minutes > 59) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
