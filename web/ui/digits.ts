/** Digits as people type them in Iraq, and as the tapes print them. */
const ARABIC_ZERO = 0x0660;
const PERSIAN_ZERO = 0x06f0;

/** The same text with ٠-٩ and ۰-۹ written as 0-9; nothing else changes. */
export function latinDigits(text: string): string {
  return text.replace(/[٠-٩۰-۹]/g, (digit) => {
    const place = digit.charCodeAt(0);
    return String(place - (place >= PERSIAN_ZERO ? PERSIAN_ZERO : ARABIC_ZERO));
  });
}
