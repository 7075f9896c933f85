/** A phone that a restored server does not know joins again, and nothing that is on it is lost. */
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { problem } from "./pretend_server.ts";
import { alarmsOf, incident, photo, World } from "./world.ts";

const AGAIN = "another-code-of-many-letters-0987654321";
const LINK = `https://sanad.example/join#${AGAIN}`;

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

/** Two proved records with a photo each, one draft; then a server that knows nothing of all that, and one more record. */
async function stranger(options: { isHandedOver?: boolean } = {}) {
  await world.server.beginLog();
  const phone = await world.joined();
  for (let number = 0; number < 2; number++) await phone.submit(incident(2, { photos: [photo(1000, number)] }));
  await phone.sender.settled();
  for (let round = 0; round < 3; round++) await world.pass(10_000);
  expect(phone.snapshot().records.map(({ state }) => state)).toEqual(["proved", "proved"]);
  await phone.saveDraft({ id: "d", screen: "incident", value: { text: "half" }, photos: [], changedAtMs: 1 });
  await world.server.forgetPhones(options);
  world.server.codes.set(AGAIN, null);
  await phone.submit(incident());
  await phone.sender.settled();
  await phone.sender.now();
  expect(phone.snapshot()).toMatchObject({ stage: "ready", outbox: { lastError: "token-unknown", waiting: 1 } });
  return phone;
}

async function settled(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    for (const phone of world.phones) await phone.sender.settled();
    await world.pass(10_000);
  }
}

async function everything(): Promise<Record<string, unknown>> {
  const database = await openDB(world.databaseName);
  const stores = ["settings", "journal", "photos", "drafts", "received"];
  const read = await Promise.all(stores.map(async (store) => [store, [await database.getAllKeys(store), await database.getAll(store)]]));
  database.close();
  return Object.fromEntries(read);
}

const enrolments = () => world.server.asked.filter(({ path }) => path === "/api/v1/enrol").length;

test("it joins again under its own key, and everything is handed in again and proved in the new log", async () => {
  const phone = await stranger();
  const [device, ids] = [phone.snapshot().me?.deviceId, phone.snapshot().records.map(({ id }) => id)];
  await phone.join(LINK);
  expect(phone.snapshot().stage).toBe("ready");
  await settled();
  expect(phone.snapshot().me?.deviceId).toBe(device);
  expect([world.server.entries.size, world.server.photos.size]).toEqual([3, 2]);
  expect(phone.snapshot().records.map(({ id, state }) => [id, state])).toEqual(ids.map((id) => [id, "proved"]));
  expect(phone.snapshot()).toMatchObject({
    drafts: [{ id: "d" }], outbox: { waiting: 0, photosWaiting: 0 },
    log: { known: { origin: "sanad.example/log/x" }, restored: { joined: "shown", checked: true, lacking: 2, again: 2 } },
  });
  expect([alarmsOf(phone), phone.snapshot().outbox.lastError]).toEqual([[], undefined]);
  expect((await phone.submit(incident())).seq).toBe(4);
});

test("the former checkpoint, key and proofs are kept as evidence, beside the handover that leads on", async () => {
  const phone = await stranger();
  const before = JSON.parse(await (await phone.log.exportEvidence()).text());
  await phone.join(LINK);
  await settled();
  const after = JSON.parse(await (await phone.log.exportEvidence()).text());
  expect(after.former_server_jwks).toEqual([before.server_jwk]);
  expect(after.handovers).toMatchObject([{ checkpoint: before.checkpoint, notes: world.server.handover }]);
  expect(after.entries[0].proofs).toHaveLength(2);
});

test("a server that shows no way from the former log is used, and the screen says so without an alarm", async () => {
  const phone = await stranger({ isHandedOver: false });
  await phone.join(LINK);
  await settled();
  expect(alarmsOf(phone)).toEqual([]);
  expect(phone.snapshot().log).toMatchObject({ known: { origin: "sanad.example/log/x" }, restored: { joined: "not-shown", again: 2 } });
  expect(world.server.entries.size).toBe(3);
});

test("a handover to another key than the one that came with the code shows nothing", async () => {
  const phone = await stranger();
  const kept = world.server.handover.slice();
  await world.server.forgetPhones({ isHandedOver: false });
  Object.assign(world.server, { handover: kept });
  world.server.log!.origin = "sanad.example/log/x";
  await phone.join(LINK);
  await settled();
  expect(phone.snapshot().log.restored?.joined).toBe("not-shown");
});

test("after joining again another log in the place of the new one raises the alarm as ever", async () => {
  const phone = await stranger();
  await phone.join(LINK);
  await settled();
  await world.server.restore(3, { isHandedOver: false });
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["bad-handover"]);
});

test.each([{ observer: "observer-2" }, { organisation: "other" }, { election: "iq-2030" }])(
  "a code for another is refused before it is used up, and nothing changes: %o", async (other) => {
    const phone = await stranger();
    const before = await everything();
    Object.assign(world.server.member, other);
    await expect(phone.join(LINK)).rejects.toThrow("code-for-another");
    expect(world.server.codes.get(AGAIN)).toBe(null);
    expect(await everything()).toEqual(before);
  },
);

test("nor does anything change when a server of an earlier release takes a code for another", async () => {
  const phone = await stranger();
  const before = await everything();
  Object.assign(world.server, { isOld: true, member: { ...world.server.member, organisation: "other" } });
  await expect(phone.join(LINK)).rejects.toThrow("code-for-another");
  expect(await everything()).toEqual(before);
});

test("a phone that the server knows is told that it has joined, and its code stays whole", async () => {
  const phone = await world.joined();
  world.server.codes.set(AGAIN, null);
  await expect(phone.join(LINK)).rejects.toThrow("already-joined");
  expect([world.server.codes.get(AGAIN), enrolments()]).toEqual([null, 1]);
});

test("a phone that was revoked does not join again", async () => {
  const phone = await stranger();
  world.server.bend = (path) => (path === "/api/v1/enrol" ? null : problem(401, "token-revoked"));
  await expect(phone.join(LINK)).rejects.toThrow("token-revoked");
  expect(enrolments()).toBe(1);
});

test("without a network nothing is begun, and the link does as well afterwards", async () => {
  const phone = await stranger();
  world.server.bend = () => "lose-request";
  await expect(phone.join(LINK)).rejects.toThrow("no-network");
  world.server.bend = () => null;
  await phone.join(LINK);
  await settled();
  expect(world.server.entries.size).toBe(3);
});

test("an answer lost on the way is asked for again, also by an app that was killed, while recording goes on", async () => {
  const phone = await stranger();
  world.server.bend = (path) => (path === "/api/v1/enrol" ? "lose-answer" : null);
  await expect(phone.join(LINK)).rejects.toThrow("no-network");
  expect(phone.snapshot()).toMatchObject({ stage: "ready", records: { length: 3 } });
  await phone.submit(incident());
  world.server.bend = () => null;
  const again = await world.phone();
  await expect.poll(() => world.server.entries.size).toBe(4);
  await settled();
  expect(again.snapshot().records.map(({ state }) => state)).toEqual(["proved", "proved", "proved", "proved"]);
});

test("a double tap joins once", async () => {
  const phone = await stranger();
  await Promise.all([phone.join(LINK), phone.join(LINK)]);
  expect(enrolments()).toBe(2);
  await settled();
  expect(phone.snapshot().outbox.lastError).toBeUndefined();
  expect(phone.snapshot().log.restored?.joined).toBe("shown");
});

test("two tabs that join again at once end with a token that the server knows", async () => {
  const first = await stranger();
  const second = await world.phone();
  await second.sender.settled();
  await Promise.allSettled([first.join(LINK), second.join(LINK)]);
  await settled();
  await first.retryNow();
  expect(first.snapshot().outbox.lastError).toBeUndefined();
  expect(world.server.entries.size).toBe(3);
});

test("an app killed in the middle has the new token, key and cursor or none of them", async () => {
  const phone = await stranger();
  const before = (await everything())["settings"];
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    if (key === "cursor") throw new DOMException("killed", "AbortError");
    return put.call(this, value, key);
  };
  await expect(phone.join(LINK)).rejects.toThrow();
  IDBObjectStore.prototype.put = put;
  const [keys, values] = (await everything())["settings"] as [string[], unknown[]];
  const [keysBefore, valuesBefore] = before as [string[], unknown[]];
  const without = (names: string[], all: unknown[]) => all.filter((_, at) => names[at] !== "joining");
  expect(without(keys, values)).toEqual(without(keysBefore, valuesBefore));
  const again = await world.phone();
  await expect.poll(() => world.server.entries.size).toBe(3);
  expect(alarmsOf(again)).toEqual([]);
});

test("a phone locked by a PIN joins again only once it is opened, and stays sealed under that PIN", async () => {
  const phone = await stranger();
  await phone.setPin("482915");
  phone.lock();
  const before = await everything();
  await expect(phone.join(LINK)).rejects.toThrow("locked");
  expect([enrolments(), await everything()]).toEqual([1, before]);
  await phone.unlock("482915");
  await phone.join(LINK);
  await settled();
  phone.lock();
  expect(phone.snapshot()).toMatchObject({ stage: "locked", records: [], drafts: [] });
  const again = await world.phone();
  expect(again.snapshot().stage).toBe("locked");
  expect(await again.unlock("000000")).toBe(false);
  expect(await again.unlock("482915")).toBe(true);
  expect(again.snapshot().drafts).toMatchObject([{ id: "d", value: { text: "half" } }]);
  expect(again.snapshot().records.map(({ state }) => state)).toEqual(["proved", "proved", "proved"]);
});

test("a phone whose key is gone does not join again under another", async () => {
  const phone = await stranger();
  const database = await openDB(world.databaseName);
  await database.delete("keys", "signing");
  database.close();
  const again = await world.phone();
  await expect(again.join(LINK)).rejects.toThrow("key-lost");
  expect([enrolments(), phone.snapshot().records.length]).toEqual([1, 3]);
});

test("until the server has said what it lacks, wiping is refused as for what is unsent", async () => {
  const phone = await stranger();
  world.server.bend = (path) => (path === "/api/v1/have" ? problem(503, "busy") : null);
  await phone.join(LINK);
  await settled();
  expect(await phone.wipe(false)).toEqual({ refused: "unsent" });
});
