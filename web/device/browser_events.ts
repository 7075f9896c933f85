/** What the browser tells: the network is back, the app is looked at again, or put away. */

export interface Happening {
  /** worth an attempt to send */
  awake: () => void;
  changed: () => void;
  lock: { hidden: () => void; shown: () => void };
}

/** Does nothing where there is no page. */
export function listenToBrowser(happening: Happening): void {
  if (typeof window === "undefined" || typeof document === "undefined") return;
  window.addEventListener("online", happening.awake);
  window.addEventListener("offline", happening.changed);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") return happening.lock.hidden();
    happening.lock.shown();
    happening.awake();
  });
}

/** Whether the browser promised not to clear the phone's database by itself, and how full it is. */
export async function storageState(): Promise<{ persisted: boolean; usedBytes?: number; quotaBytes?: number }> {
  const storage = typeof navigator === "undefined" ? undefined : navigator.storage;
  const persisted = (await storage?.persisted?.().catch(() => false)) ?? false;
  const estimate = await storage?.estimate?.().catch(() => undefined);
  return { persisted, usedBytes: estimate?.usage, quotaBytes: estimate?.quota };
}

export async function askToPersist(): Promise<void> {
  const storage = typeof navigator === "undefined" ? undefined : navigator.storage;
  await storage?.persist?.().catch(() => false);
}

export function browserLanguage(): "ar" | "ckb" | "en" {
  const wanted = typeof navigator === "undefined" ? [] : (navigator.languages ?? []);
  const first = wanted.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => /^(ar|ckb|ku|en)$/.test(tag ?? ""));
  if (first === "ckb" || first === "ku") return "ckb";
  return first === "en" ? "en" : "ar";
}
