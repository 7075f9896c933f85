/** Lets a new version of the app in only when nobody is in the middle of anything. */

const WORKER = "/phone/sw.js";
const SCOPE = "/phone/";
const LOOK_EVERY_MS = 60 * 60_000;

export interface Updates {
  isWaiting: () => boolean;
  take: () => Promise<void>;
  /** asks the browser to wake a page that is still there once there is a network */
  askForNudge: () => void;
}

export const NO_UPDATES: Updates = { isWaiting: () => false, take: async () => {}, askForNudge: () => {} };

/** Registers the service worker; `changed` when a version waits, `nudged` when the browser says that there is a network. */
export async function watchUpdates(changed: () => void, nudged: () => void): Promise<Updates> {
  if (typeof navigator === "undefined" || !navigator.serviceWorker) return NO_UPDATES;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener("message", (event) => event.data === "send-now" && nudged());
  try {
    const registration = await serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" });
    registration.addEventListener("updatefound", () =>
      registration.installing?.addEventListener("statechange", changed));
    setInterval(() => void registration.update().catch(() => {}), LOOK_EVERY_MS);
    return {
      isWaiting: () => registration.waiting !== null && serviceWorker.controller !== null,
      take: () => take(registration),
      askForNudge: () => askForNudge(registration),
    };
  } catch {
    // No worker (a private window): the app works while it is open.
    return NO_UPDATES;
  }
}

/** The page starts anew under the new version, once; until then the old one goes on. */
function take(registration: ServiceWorkerRegistration): Promise<void> {
  return new Promise((resolve) => {
    const { serviceWorker } = navigator;
    serviceWorker.addEventListener("controllerchange", () => {
      resolve();
      location.reload();
    }, { once: true });
    if (registration.waiting) registration.waiting.postMessage("skip-waiting");
    else resolve();
  });
}

// Chromium only; a help where it exists, and never relied upon.
function askForNudge(registration: ServiceWorkerRegistration): void {
  const { sync } = registration as ServiceWorkerRegistration & { sync?: { register: (tag: string) => Promise<void> } };
  sync?.register("outbox").catch(() => {});
}
