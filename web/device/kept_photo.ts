/** A photo as it lies on the phone, opened. */
import type { Database, PhotoRow } from "./database.ts";
import { unseal } from "./sealing.ts";

/** Null when it is not there or cannot be opened. */
export async function keptPhoto(
  database: Database, key: CryptoKey, digest: string,
): Promise<{ row: PhotoRow; bytes: ArrayBuffer } | null> {
  const [row, sealed] = await database.read(["photos", "photo_bytes"], async (transaction) => [
    await transaction.objectStore("photos").get(digest),
    await transaction.objectStore("photo_bytes").get(digest),
  ]);
  const bytes = sealed && (await unseal(key, sealed).catch(() => undefined));
  return row && bytes ? { row, bytes } : null;
}
