/** The app as it is put away, found again, updated, or opened where it cannot work. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openPhone } from "../../device/open_phone.ts";
import { HiddenLock } from "../../device/hidden_lock.ts";
import type { Surroundings } from "../../device/surroundings.ts";
import { incident, LINK, photo, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await world.close();
});

test("an app that was out of sight for a minute is locked, one that came back sooner is not", async () => {
  let locked = 0;
  const lock = new HiddenLock(world.surroundings() as Surroundings, () => void locked++);
  lock.hidden();
  await world.pass(59_000);
  lock.shown();
  expect(locked).toBe(0);
  lock.hidden();
  await world.pass(60_000);
  expect(locked).toBe(1);
  lock.hidden();
  world.timers = []; // a phone that sleeps runs no timers
  world.nowMs += 60_000;
  lock.shown();
  expect(locked).toBe(2);
});

test("a phone without a PIN is never locked", async () => {
  const phone = await world.joined();
  phone.lock();
  expect(phone.snapshot().stage).toBe("ready");
});

test("an answer that never ends is given up, and what waits is sent the next time", async () => {
  const phone = await world.joined();
  const endless = () => new Response(new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode("{")) }));
  world.server.bend = (path) => (path === "/api/v1/sync" ? endless() : null);
  const before = world.server.asked.length;
  await phone.submit(incident());
  await expect.poll(() => world.server.asked.length).toBeGreaterThan(before);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await world.pass(180_000);
  await phone.sender.settled();
  expect(phone.snapshot().outbox).toMatchObject({ waiting: 1, lastError: "no-network" });
  world.server.bend = () => null;
  await phone.retryNow();
  expect(phone.snapshot().records[0]?.state).toBe("server");
});

test("a browser that takes a key and gives nothing back is told before anything is recorded", async () => {
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value, key) {
    if (this.name === "keys") throw new DOMException("CryptoKey", "DataCloneError");
    return put.call(this, value, key);
  });
  const phone = await openPhone(world.surroundings());
  expect(phone.snapshot()).toMatchObject({ stage: "unsupported", problem: "key-not-kept" });
  await expect(phone.join(LINK)).rejects.toThrow("key-not-kept");
});

test("a browser without a secure context is told so", async () => {
  vi.stubGlobal("crypto", {});
  expect((await openPhone(world.surroundings())).snapshot()).toMatchObject({ stage: "unsupported", problem: "no-crypto" });
});

test("a phone whose key is gone keeps and exports everything, and signs nothing", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  await phone.submit(incident());
  const get = IDBObjectStore.prototype.get;
  vi.spyOn(IDBObjectStore.prototype, "get").mockImplementation(function (this: IDBObjectStore, key) {
    return get.call(this, this.name === "keys" && key === "signing" ? "nothing" : key);
  });
  const again = await world.phone();
  expect(again.snapshot()).toMatchObject({ stage: "ready", problem: "key-lost", records: [{ seq: 1 }] });
  await expect(again.submit(incident())).rejects.toThrow("key-lost");
  expect(JSON.parse(await (await again.exportOutbox()).text()).entries).toHaveLength(1);
});

test("a new version waits until the outbox is empty and nothing is half filled in", async () => {
  const posted: unknown[] = [];
  const registration = Object.assign(new EventTarget(), { waiting: { postMessage: (text: unknown) => posted.push(text) }, update: async () => {} });
  const serviceWorker = Object.assign(new EventTarget(), { controller: {}, register: async () => registration });
  vi.stubGlobal("navigator", { serviceWorker, languages: ["ckb-IQ"] });
  vi.stubGlobal("location", { reload: () => posted.push("reload") });
  const phone = await world.joined();
  await expect.poll(() => phone.snapshot().update).toBe("ready");
  world.isOnline = false;
  await phone.submit(incident(2, { photos: [photo(10)] }));
  await phone.saveDraft({ id: "d", screen: "incident", value: {}, photos: [], changedAtMs: 1 });
  expect(phone.snapshot().update).toBe("waiting");
  await phone.applyUpdate();
  world.isOnline = true;
  await phone.retryNow();
  expect(phone.snapshot().update).toBe("waiting");
  await phone.deleteDraft("d");
  expect([phone.snapshot().update, posted]).toEqual(["ready", []]);
  const applied = phone.applyUpdate();
  serviceWorker.dispatchEvent(new Event("controllerchange"));
  await applied;
  expect(posted).toEqual(["skip-waiting", "reload"]);
});

test("the language of the browser is the first shown, Arabic where it is another", async () => {
  vi.stubGlobal("navigator", { languages: ["fr", "ku-IQ", "en"] });
  expect((await world.phone()).snapshot().language).toBe("ckb");
  vi.stubGlobal("navigator", { languages: ["fr"] });
  const phone = await world.phone();
  expect(phone.snapshot().language).toBe("ar");
  await phone.setLanguage("en");
  await phone.setTheme("sun");
  expect((await world.phone()).snapshot()).toMatchObject({ language: "en", theme: "sun" });
});

test("one tab hears what another has done", async () => {
  const first = await world.joined();
  const changed: Partial<Surroundings> = { channel: (name) => new BroadcastChannel(name) };
  const [second, third] = [await world.phone(changed), await world.phone(changed)];
  await second.submit(incident());
  await expect.poll(() => third.snapshot().records.length).toBe(1);
  await second.setPin("4711");
  await expect.poll(() => third.snapshot().stage).toBe("locked");
  await second.wipe(true);
  await expect.poll(() => third.snapshot().stage).toBe("new");
  void first;
});
