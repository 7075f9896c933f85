/** Makes what was typed fit to be signed, and turns bytes into text and back. */

// NUL breaks databases, and other control characters hide things from a reader; a new line and a tab are writing.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// Safari before 16.4 has no toWellFormed, so the text is walked.
const REPLACEMENT = "\uFFFD";

function wellFormed(text: string): string {
  let out = "";
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    out += code >= 0xd800 && code <= 0xdfff ? REPLACEMENT : character;
  }
  return out;
}

/** The text without lone surrogates (a note cut in the middle of an emoji) and without control characters. */
export function cleanText(text: string): string {
  return wellFormed(text.replace(/\r\n?/g, "\n")).replace(CONTROL, "");
}

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export function base64urlEncode(bytes: Uint8Array | ArrayBuffer): string {
  return base64Encode(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function base64Encode(bytes: Uint8Array | ArrayBuffer): string {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  let binary = "";
  // In slices, because a call takes only so many arguments.
  for (let at = 0; at < view.length; at += 0x8000) binary += String.fromCharCode(...view.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** Throws when the text is not base64url. */
export function base64urlDecode(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error("not-base64url");
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Throws when the text is not base64. */
export const base64Decode = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
