/** Keeps what lies on the phone unreadable without its key. */

const NONCE_BYTES = 12;
// OWASP 2023 for PBKDF2 with SHA-256; about half a second on a cheap phone.
export const PIN_ITERATIONS = 600_000;

export async function seal(key: CryptoKey, bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<ArrayBuffer> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const hidden = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, bytes));
  const sealed = new Uint8Array(NONCE_BYTES + hidden.length);
  sealed.set(nonce);
  sealed.set(hidden, NONCE_BYTES);
  return sealed.buffer;
}

/** Rejects when the key is another one or a bit has changed. */
export function unseal(key: CryptoKey, sealed: ArrayBuffer): Promise<ArrayBuffer> {
  const view = new Uint8Array(sealed);
  const iv = view.slice(0, NONCE_BYTES);
  return crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, view.slice(NONCE_BYTES));
}

export async function sealText(key: CryptoKey, text: string): Promise<ArrayBuffer> {
  return seal(key, new TextEncoder().encode(text));
}

export async function unsealText(key: CryptoKey, sealed: ArrayBuffer): Promise<string> {
  return new TextDecoder().decode(await unseal(key, sealed));
}

/** A key that cannot be taken out of the browser again. */
export function newSealingKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export async function keyOfPin(pin: string, salt: ArrayBuffer, iterations: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(derivation, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
