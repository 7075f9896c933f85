/** The PIN: what opens the drafts, and nothing that sending depends on. */
import type { Database, PinRow } from "./database.ts";
import { resealDrafts } from "./drafts.ts";
import { keyOfPin, PIN_ITERATIONS, sealText, unsealText } from "./sealing.ts";

const CHECK = "sanad";

/** The key that a right PIN gives, or null. */
export async function openPin(kept: PinRow, pin: string): Promise<CryptoKey | null> {
  const key = await keyOfPin(pin, kept.salt, kept.iterations);
  const text = await unsealText(key, kept.check).catch(() => "");
  return text === CHECK ? key : null;
}

export async function makePin(pin: string): Promise<{ row: PinRow; key: CryptoKey }> {
  const salt = crypto.getRandomValues(new Uint8Array(16)).buffer;
  const key = await keyOfPin(pin, salt, PIN_ITERATIONS);
  return { key, row: { salt, iterations: PIN_ITERATIONS, check: await sealText(key, CHECK) } };
}

/** The key that seals drafts from now on. Rejects with "wrong-pin"; then nothing has changed. */
export async function changePin(
  database: Database, outbox: CryptoKey, pin: string | null, oldPin: string | undefined,
): Promise<CryptoKey | null> {
  const kept = await database.setting("pin");
  const from = kept ? await openPin(kept, oldPin ?? "") : outbox;
  if (!from) throw new Error("wrong-pin");
  const made = pin === null ? null : await makePin(pin);
  await resealDrafts(database, from, made?.key ?? outbox, made?.row ?? null);
  return made?.key ?? null;
}
