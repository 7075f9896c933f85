/** Opens the phone as the app begins, or says why this browser cannot be one. */
import { Database } from "./database.ts";
import { outboxKey } from "./keys.ts";
import { OpenPhone } from "./phone.ts";
import { browserSurroundings, type Surroundings } from "./surroundings.ts";
import type { Phone } from "./types.ts";
import { problemOf, unusablePhone } from "./unusable.ts";

/** Opens what this phone holds; resolves when the first picture of it can be shown, and never rejects. */
export async function openPhone(changed: Partial<Surroundings> = {}): Promise<Phone> {
  const surroundings = { ...browserSurroundings(), ...changed };
  if (typeof indexedDB === "undefined") return unusablePhone("no-storage");
  if (!globalThis.crypto?.subtle) return unusablePhone("no-crypto");
  try {
    const database = new Database(surroundings.databaseName);
    const phone = new OpenPhone(surroundings, database, await outboxKey(database));
    await phone.start();
    return phone;
  } catch (error) {
    return unusablePhone(problemOf(error));
  }
}
