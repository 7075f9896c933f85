/** The device's keys: one to sign with, one to seal what waits; neither can be taken out of the browser. */
import { isSignedBy, signingInput } from "../core/entry.ts";
import { base64urlEncode } from "../core/text.ts";
import type { Database } from "./database.ts";
import { newSealingKey } from "./sealing.ts";

// P-256, because X25519 and Ed25519 keys read back as nothing, or are missing, in the Safari of a five-year-old iPhone.
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };

export type PublicJwk = { kty: string; crv: string; x: string; y: string };

export interface SigningKey {
  sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>;
  jwk: PublicJwk;
}

const isPair = (kept: unknown): kept is CryptoKeyPair =>
  typeof kept === "object" && kept !== null && "privateKey" in kept && !!kept.privateKey;

async function usable(pair: CryptoKeyPair): Promise<SigningKey> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return {
    jwk: { kty, crv, x, y } as PublicJwk,
    sign: async (bytes) => base64urlEncode(await crypto.subtle.sign(ES256, pair.privateKey, bytes)),
  };
}

async function readBack(database: Database, name: string): Promise<CryptoKeyPair | CryptoKey | undefined> {
  return database.read(["keys"], (transaction) => transaction.objectStore("keys").get(name));
}

/** The kept key pair, or null when there is none or the browser gave nothing back. */
export async function signingKey(database: Database): Promise<SigningKey | null> {
  const kept = await readBack(database, "signing");
  return isPair(kept) ? usable(kept) : null;
}

/** The signing key, made and kept at first use. Of two tabs that make one, the first that is kept is used by both. */
export async function madeSigningKey(database: Database): Promise<SigningKey> {
  const made = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
  const pair = await keptFirst(database, "signing", made);
  if (!isPair(pair)) throw new Error("key-not-kept");
  return usable(pair);
}

/** The key under which bodies and photos lie; it works while the app is locked, so that sending goes on. */
export async function outboxKey(database: Database): Promise<CryptoKey> {
  return (await keptFirst(database, "outbox", await newSealingKey())) as CryptoKey;
}

/** Keeps a key unless there is one, and reads back what is kept: a browser may take a key and return nothing. */
async function keptFirst(database: Database, name: string, made: CryptoKeyPair | CryptoKey) {
  await database.strict(["keys"], async (transaction) => {
    const keys = transaction.objectStore("keys");
    if ((await keys.getKey(name)) === undefined) await keys.put(made, name);
  });
  const kept = await readBack(database, name);
  if (!kept) throw new Error("key-not-kept");
  return kept;
}

/** Stores the keys, opens the database anew, signs and verifies: what does not work is found before anything is recorded. */
export async function testKeys(database: Database): Promise<void> {
  await madeSigningKey(database);
  await outboxKey(database);
  await database.close();
  const key = await signingKey(database);
  if (!key) throw new Error("key-not-kept");
  const signature = await key.sign(signingInput("{}"));
  if (!(await isSignedBy(key.jwk, "{}", signature))) throw new Error("key-not-kept");
}
