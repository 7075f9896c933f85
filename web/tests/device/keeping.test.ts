/** What is recorded stays on the phone, whatever happens to the app, the tab or the browser's database. */
import { deleteDB, openDB } from "idb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { idOf } from "../../core/entry.ts";
import { Database } from "../../device/database.ts";
import { incident, photo, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(async () => {
  vi.restoreAllMocks();
  await world.close();
});

const rowsOf = async (store: string) => {
  const database = await openDB(world.databaseName);
  const rows = await database.getAll(store);
  database.close();
  return rows;
};

test("two tabs that write at once lose nothing and share one unbroken journal", async () => {
  const first = await world.joined();
  const second = await world.phone();
  world.isOnline = false;
  const hundred = (phone: typeof first) => Promise.all(Array.from({ length: 100 }, () => phone.submit(incident())));
  await Promise.all([hundred(first), hundred(second)]);
  const rows = (await rowsOf("journal")).sort((a, b) => a.seq - b.seq);
  expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
  for (const [at, row] of rows.entries()) {
    expect(JSON.parse(row.header).prev).toBe(at === 0 ? "" : rows[at - 1].id);
    expect(await idOf(row.header)).toBe(row.id);
  }
  world.isOnline = true;
  await second.retryNow();
  expect(world.server.entries.size).toBe(200);
}, 60_000);

test("every write of an entry, a draft or a key asks for strict durability", async () => {
  const asked: [string[], string | undefined][] = [];
  const before = IDBDatabase.prototype.transaction;
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (this: IDBDatabase, stores, mode, options) {
    if (mode === "readwrite") asked.push([[stores].flat() as string[], options?.durability]);
    return before.call(this, stores, mode, options);
  });
  const phone = await world.joined();
  await phone.saveDraft({ id: "d", screen: "incident", value: {}, photos: [], changedAtMs: 1 });
  await phone.submit(incident(2, { draftId: "d", photos: [photo(100)] }));
  const touched = new Set(asked.flatMap(([stores]) => stores));
  expect([...touched]).toEqual(expect.arrayContaining(["keys", "journal", "drafts", "photos", "photo_bytes"]));
  expect(asked.filter(([, durability]) => durability !== "strict")).toEqual([]);
});

test("entry, photos and the end of the draft are written together or not at all", async () => {
  const phone = await world.joined();
  await phone.saveDraft({ id: "d", screen: "incident", value: { text: "x" }, photos: [], changedAtMs: 1 });
  const put = IDBObjectStore.prototype.delete;
  vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementation(function (this: IDBObjectStore, key) {
    if (this.name === "drafts") throw new DOMException("killed", "AbortError");
    return put.call(this, key);
  });
  await expect(phone.submit(incident(2, { draftId: "d", photos: [photo(100)] }))).rejects.toThrow();
  vi.restoreAllMocks();
  expect([(await rowsOf("journal")).length, (await rowsOf("photos")).length, (await rowsOf("drafts")).length]).toEqual([0, 0, 1]);
  const saved = await phone.submit(incident(2, { draftId: "d", photos: [photo(100)] }));
  expect(saved.seq).toBe(1);
  expect([(await rowsOf("journal")).length, (await rowsOf("photos")).length, (await rowsOf("drafts")).length]).toEqual([1, 1, 0]);
});

test("an app that was killed opens again with its records and drafts and goes on where it was", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  await phone.submit(incident(2, { photos: [photo(5000)] }));
  await phone.saveDraft({ id: "d", screen: "tape", value: { registered: 512 }, photos: [], changedAtMs: 1 });
  world.isOnline = true;
  const again = await world.phone();
  await again.sender.settled();
  expect(again.snapshot()).toMatchObject({ stage: "ready", drafts: [{ id: "d", value: { registered: 512 } }] });
  expect(again.snapshot().records[0]).toMatchObject({ state: "server", body: { type: "VO03" } });
  expect((await again.submit(incident())).seq).toBe(2);
});

test("a database connection that the browser lost is opened again, once", async () => {
  const phone = await world.joined();
  const before = IDBDatabase.prototype.transaction;
  let broken = 1;
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (this: IDBDatabase, ...asked) {
    if (broken-- > 0) throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    return before.apply(this, asked);
  });
  await phone.submit(incident());
  expect(phone.snapshot().records).toHaveLength(1);
});

test("a write that fails is never called saved", async () => {
  const database = new Database(`${world.databaseName}-other`);
  const write = database.strict(["settings"], async (transaction) => {
    await transaction.objectStore("settings").put("en", "language");
    throw new Error("power");
  });
  await expect(write).rejects.toThrow("power");
  expect(await database.setting("language")).toBeUndefined();
  await database.close();
  await deleteDB(`${world.databaseName}-other`);
});

test("what the wire does not carry is refused before anything is written", async () => {
  const phone = await world.joined();
  const body = { station: "138450-03", severity: 2.5 };
  await expect(phone.submit({ kind: "incident.report", body })).rejects.toThrow("not-an-integer");
  expect(phone.snapshot().records).toHaveLength(0);
});

test("a draft keeps its photos, and lets go of one that was taken out", async () => {
  const phone = await world.joined();
  const photos = ["a", "b"].map((digest, seed) => ({ digest, ...photo(50, seed) }));
  const draft = { id: "d", screen: "incident" as const, value: { n: 1 }, photos, changedAtMs: 1 };
  await phone.saveDraft(draft);
  await phone.saveDraft({ ...draft, photos: photos.slice(1), changedAtMs: 2 });
  expect(phone.snapshot().drafts[0]?.photos.map((each) => each.digest)).toEqual(["b"]);
  expect(new Uint8Array(phone.snapshot().drafts[0]?.photos[0]?.bytes as ArrayBuffer)).toEqual(new Uint8Array(photos[1]?.bytes as ArrayBuffer));
  await phone.deleteDraft("d");
  expect(await rowsOf("draft_photos")).toEqual([]);
});

test("a correction names the photos of what it corrects, and a retraction none", async () => {
  const phone = await world.joined();
  const first = await phone.submit(incident(2, { photos: [photo(100, 1)] }));
  const again = await phone.submit(incident(3, { subject: first.subject, refs: [first.id], photos: [photo(100, 2)] }));
  expect(again.photos.map((each) => each.digest)).toContain(first.photos[0]?.digest);
  expect(again.photos).toHaveLength(2);
  expect((await phone.retract(again.id, "typed twice")).photos).toEqual([]);
  expect(await rowsOf("photos")).toHaveLength(2);
});
