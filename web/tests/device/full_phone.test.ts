/** A full phone takes text and no photos, though its browser never says how full it is. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BALLAST_BYTES } from "../../device/ballast.ts";
import { FullStore } from "./full_store.ts";
import { incident, photo, World } from "./world.ts";

const TEXTS = 20;
let world: World;
let store: FullStore;
beforeEach(async () => {
  world = await World.open();
  store = new FullStore();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await world.close();
});

const draft = (id: string, photos: { digest: string; bytes: ArrayBuffer; mediaType: string }[] = []) =>
  ({ id, screen: "incident" as const, value: { text: "صندوق" }, photos, changedAtMs: 1 });

/** Joined, then offline, and not a byte is left. */
async function fullPhone() {
  const phone = await world.joined();
  world.isOnline = false;
  expect(store.used()).toBeGreaterThan(BALLAST_BYTES);
  store.limit = store.used();
  return phone;
}

test("a full phone takes text into the room that was laid by for it", async () => {
  const phone = await fullPhone();
  for (let seq = 1; seq <= TEXTS; seq++) {
    await phone.saveDraft(draft("d"));
    expect((await phone.submit(incident(2, { draftId: "d" }))).seq).toBe(seq);
  }
  expect(phone.snapshot().records).toHaveLength(TEXTS);
  expect(store.used()).toBeLessThan(store.limit);
});

test("photos never have the room of text, neither before it is needed nor after", async () => {
  const phone = await fullPhone();
  const taken = { digest: "a", ...photo(300_000) };
  const full = expect.objectContaining({ name: "QuotaExceededError" });
  await expect(phone.saveDraft(draft("d", [taken]))).rejects.toEqual(full);
  await expect(phone.submit(incident(2, { photos: [photo(300_000)] }))).rejects.toEqual(full);
  expect(store.used()).toBe(store.limit);
  await phone.submit(incident());
  expect(store.limit - store.used()).toBeGreaterThan(1_000_000);
  expect(await phone.hasRoomFor(300_000)).toBe(false);
});

test("the answers of a draft are kept when only its photos, which lie there already, are large", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  const taken = { digest: "a", ...photo(300_000) };
  await phone.saveDraft(draft("d", [taken]));
  store.limit = store.used();
  await phone.saveDraft({ ...draft("d", [taken]), value: { text: "longer ".repeat(500) }, changedAtMs: 2 });
  expect(phone.snapshot().drafts[0]).toMatchObject({ changedAtMs: 2, photos: [{ digest: "a" }] });
});

test("a browser that gives the room back late is waited for", async () => {
  const phone = await fullPhone();
  const { limit } = store;
  store.limit = limit - 2 * BALLAST_BYTES;
  const saving = phone.submit(incident());
  await vi.waitFor(() => expect(world.timers.some(({ atMs }) => atMs === world.nowMs + 3_000)).toBe(true));
  store.limit = limit;
  await world.pass(3_000);
  expect((await saving).seq).toBe(1);
});

test("room for text is laid by again once there is some, and then photos are taken in again", async () => {
  const phone = await fullPhone();
  await phone.submit(incident());
  expect(await phone.hasRoomFor(300_000)).toBe(false);
  store.limit += 10_000_000;
  const before = store.used();
  world.isOnline = true;
  await phone.sender.now();
  expect(store.used() - before).toBeGreaterThanOrEqual(BALLAST_BYTES);
  expect(await phone.hasRoomFor(300_000)).toBe(true);
});
