/** Fetches the election's checklists, incident types and the observer's stations again after an assignment. */
import { setting } from "./database.ts";
import type { Carrier } from "./exchange.ts";
import { ask } from "./link.ts";
import type { Pack } from "./types.ts";

export function readPack(text: string): Pack | null {
  try {
    const pack = JSON.parse(text);
    return Array.isArray(pack?.checklists) && Array.isArray(pack?.stations) ? pack : null;
  } catch {
    return null;
  }
}

/** True when there is a newer pack. What is no pack changes nothing, and is asked for again later. */
export async function refetchPack({ database, surroundings, identity }: Carrier): Promise<boolean> {
  if (!(await database.setting("packStale"))) return false;
  const tag = await database.setting("packTag");
  const headers: Record<string, string> = { Authorization: `Bearer ${identity.token}` };
  if (tag) headers["If-None-Match"] = tag;
  const response = await ask(surroundings, "/api/v1/pack", { method: "GET", headers });
  if (response.status === 304 && tag) await database.keep("packStale", false);
  if (response.status !== 200) return false;
  const pack = readPack(response.text);
  if (!pack) return false;
  await database.strict(["settings"], async (transaction) => {
    if ((await setting(transaction, "identity"))?.deviceId !== identity.deviceId) return;
    const settings = transaction.objectStore("settings");
    await settings.put(pack, "pack");
    await settings.put(response.headers.get("ETag") ?? "", "packTag");
    await settings.put(false, "packStale");
  });
  return true;
}
