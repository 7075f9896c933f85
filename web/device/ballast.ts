/**
 * Room laid by for text: bytes that mean nothing, put down while there is plenty of room and thrown off when a text no
 * longer fits. A browser need not say how full it is, so asking it is not enough.
 */
import type { Database } from "./database.ts";
import type { Surroundings } from "./surroundings.ts";

// Beside the settings: a further store would shut out an older version of the app.
const NAME = "ballast";
export const BALLAST_BYTES = 2 * 1024 * 1024;
// More is not given by the browser in one go.
const DRAWN_BYTES = 65_536;
// A browser throws the bytes away some seconds after it has said that they are gone.
const PATIENCE_MS = [0, 3_000, 10_000];

export const isFull = (error: unknown): boolean => error instanceof Error && error.name === "QuotaExceededError";

/** Drawn by chance, since a store may press zeros together to nothing. */
function drawn(): ArrayBuffer {
  const bytes = new Uint8Array(BALLAST_BYTES);
  for (let at = 0; at < bytes.length; at += DRAWN_BYTES) crypto.getRandomValues(bytes.subarray(at, at + DRAWN_BYTES));
  return bytes.buffer;
}

const isThere = (database: Database): Promise<boolean> =>
  database.read(["settings"], async (transaction) => (await transaction.objectStore("settings").getKey(NAME)) !== undefined);

/** Whether room for text is laid by; lays it by when it is not and there is plenty. */
export async function layBy(database: Database, { room }: Pick<Surroundings, "room">): Promise<boolean> {
  if (await isThere(database)) return true;
  const { usedBytes, quotaBytes } = await room();
  if (usedBytes !== undefined && quotaBytes && quotaBytes - usedBytes < 2 * BALLAST_BYTES) return false;
  try {
    await database.strict(["settings"], async (transaction) => {
      await transaction.objectStore("settings").put(drawn(), NAME);
    });
    return true;
  } catch (error) {
    if (isFull(error)) return false;
    throw error;
  }
}

/** False when there was nothing to throw off. */
async function threwOff(database: Database): Promise<boolean> {
  return database.strict(["settings"], async (transaction) => {
    const settings = transaction.objectStore("settings");
    if ((await settings.getKey(NAME)) === undefined) return false;
    await settings.delete(NAME);
    return true;
  });
}

/** Writes a text into the room that was laid by; throws `why` again when there is none. */
export async function inItsRoom<T>(
  database: Database, { after }: Pick<Surroundings, "after">, why: unknown, write: () => Promise<T>,
): Promise<T> {
  if (!(await threwOff(database))) throw why;
  let last = why;
  for (const ms of PATIENCE_MS) {
    if (ms > 0) await new Promise<void>((go) => void after(ms, go));
    try {
      return await write();
    } catch (error) {
      if (!isFull(error)) throw error;
      last = error;
    }
  }
  throw last;
}
