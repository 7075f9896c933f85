/** Keeps the app itself on the phone, so that it opens with no network; it never touches what is recorded. */
declare const __VERSION__: string;
declare const __FILES__: string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const SHELL = "/phone/";
const CACHE = `sanad-phone-${__VERSION__}`;

worker.addEventListener("install", (event) => {
  // All or nothing, and past the browser's own cache: half of an old version with half of a new one is worse than either.
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(__FILES__.map((file) => new Request(file, { cache: "reload" })))),
  );
});

worker.addEventListener("activate", (event) => {
  const isOld = (name: string) => name.startsWith("sanad-phone-") && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== worker.location.origin) return;
  if (!address.pathname.startsWith(SHELL)) return;
  const wanted = event.request.mode === "navigate" ? SHELL : event.request;
  event.respondWith(
    caches.open(CACHE).then((cache) => cache.match(wanted)).then((kept) => kept ?? fetch(event.request)),
  );
});

// A nudge and no more: the outbox lives in the page, and this only wakes a page that is still there.
worker.addEventListener("sync" as "message", (event) => {
  const nudge = worker.clients.matchAll().then((pages) => pages.forEach((page) => page.postMessage("send-now")));
  (event as ExtendableMessageEvent).waitUntil(nudge);
});

export {};
