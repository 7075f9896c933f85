/** What several desk scripts need: the page's own token for what changes something, and whether someone is typing. */

/** Sends a form as the page itself would; the answer is JSON. */
export async function send(path: string, fields: Record<string, string> = {}): Promise<Response> {
  return fetch(path, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRF-Token": csrf() },
    body: new URLSearchParams(fields),
    keepalive: true,
  });
}

export function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
}

// Kept in this browser only: it is about this person's keyboard and not about their account.
const LETTERS_OFF = "sanad-letter-keys-off";

/** Whether single letters are shortcuts here (WCAG 2.1.4: they can be turned off). */
export function lettersAreKeys(): boolean {
  try {
    return localStorage.getItem(LETTERS_OFF) === null;
  } catch {
    return true; // a browser that keeps nothing still has keys
  }
}

export function setLettersAreKeys(on: boolean): void {
  if (on) localStorage.removeItem(LETTERS_OFF);
  else localStorage.setItem(LETTERS_OFF, "1");
}

/** A shortcut must never take a letter from someone who writes, nor from the browser's own keys. */
export function isTyping(event: KeyboardEvent): boolean {
  if (!lettersAreKeys()) return true;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target.isContentEditable || target.matches("textarea, select");
}

/** The letter of the key as on a Latin keyboard, so that shortcuts work while an Arabic layout is chosen. */
export function letterOf(event: KeyboardEvent): string {
  if (event.code.startsWith("Key")) return event.code.slice(3).toLowerCase();
  return event.key;
}
