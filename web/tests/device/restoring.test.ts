/** A server restored from a copy is followed if the lost one says so, and gets again what the copy did not hold. */
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestOf } from "../../core/entry.ts";
import { serverKey } from "./pretend_log.ts";
import { alarmsOf, incident, photo, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

const bytesKept = async (): Promise<string[]> => {
  const database = await openDB(world.databaseName);
  const keys = await database.getAllKeys("photo_bytes");
  database.close();
  return keys as string[];
};

async function phoneWithRecords(count = 3) {
  await world.server.beginLog();
  await world.server.say("message.send", { to: "observer-1", text: "before" });
  const phone = await world.joined();
  for (let number = 0; number < count; number++) await phone.submit(incident(2, { photos: [photo(1000, number)] }));
  await phone.sender.settled();
  for (let round = 0; round < 3; round++) await world.pass(10_000);
  expect(phone.snapshot().records.every(({ state }) => state === "proved")).toBe(true);
  return phone;
}

test("what the copy did not hold is handed in again, with its photos, and everything is proved anew", async () => {
  const phone = await phoneWithRecords();
  await world.server.restore(1);
  world.server.photos.clear();
  world.server.uploads.clear();
  await phone.retryNow();
  for (let round = 0; round < 4; round++) await world.pass(10_000);
  expect(alarmsOf(phone)).toEqual([]);
  expect([world.server.entries.size, world.server.photos.size]).toEqual([3, 3]);
  expect(phone.snapshot().records.map(({ state }) => state)).toEqual(["proved", "proved", "proved"]);
  expect(phone.snapshot().log).toMatchObject({
    known: { origin: "sanad.example/log/x" }, restored: { checked: true, lacking: 2, again: 2, photos: 1 },
  });
  const database = await openDB(world.databaseName);
  const [row] = await database.getAll("journal");
  database.close();
  expect(row.proofs.map(({ origin }: { origin: string }) => origin)).toEqual(["sanad.example/log/first", "sanad.example/log/x"]);
  await phone.log.dismiss("restored");
  expect(phone.snapshot().log.restored).toBeUndefined();
});

test("messages of both servers are believed, those of the new one come first", async () => {
  const phone = await phoneWithRecords();
  await world.server.restore(3);
  world.server.own.length = 1;
  const texts = await world.server.say("message.send", { to: "observer-1", text: "after" });
  expect(JSON.parse(texts[0]).seq).toBe(2);
  await phone.retryNow();
  expect(phone.snapshot().messages.map(({ text }) => text)).toEqual(["after", "before"]);
});

test("a server restored twice is followed through both", async () => {
  const phone = await phoneWithRecords();
  await world.server.restore(2);
  await world.server.restore(1);
  await phone.retryNow();
  for (let round = 0; round < 4; round++) await world.pass(10_000);
  expect(alarmsOf(phone)).toEqual([]);
  expect(phone.snapshot().log.known?.origin).toBe("sanad.example/log/xx");
  expect(world.server.entries.size).toBe(3);
});

test("a phone that joined after a restore passes over the older handover", async () => {
  await world.server.beginLog();
  await world.server.restore(0);
  const phone = await world.joined();
  await phone.submit(incident());
  await phone.sender.settled();
  await world.server.restore(0);
  await phone.retryNow();
  for (let round = 0; round < 3; round++) await world.pass(10_000);
  expect(alarmsOf(phone)).toEqual([]);
  expect(phone.snapshot().records[0]?.state).toBe("proved");
});

test("another log without a handover is refused, handing in goes on, and a handover that comes later is followed", async () => {
  const phone = await phoneWithRecords(1);
  const before = world.server.log!;
  await world.server.restore(1, { isHandedOver: false });
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["stranger"]);
  expect(phone.snapshot().log.known?.origin).toBe("sanad.example/log/first");
  await phone.submit(incident());
  await phone.sender.settled();
  expect(world.server.entries.size).toBe(2);
  expect(phone.snapshot().records[1]?.state).toBe("server");
  world.server.handover.push(await before.handover(world.server.log!, 4));
  await phone.retryNow();
  for (let round = 0; round < 3; round++) await world.pass(10_000);
  expect(phone.snapshot().records.map(({ state }) => state)).toEqual(["proved", "proved"]);
  expect(alarmsOf(phone)).toEqual(["stranger"]);
});

test("a handover that the lost server's key did not sign is refused", async () => {
  const phone = await phoneWithRecords(1);
  const before = world.server.log!;
  await world.server.restore(1, { isHandedOver: false });
  world.server.handover.push(await before.handover(world.server.log!, 4, await serverKey()));
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["bad-handover"]);
  const file = JSON.parse(await (await phone.log.exportEvidence()).text());
  expect(file.alarms[0].said[0].handover).toHaveLength(1);
});

test("a handover of another log of the size that was seen is refused", async () => {
  const phone = await phoneWithRecords(1);
  const before = world.server.log!;
  await world.server.restore(1, { isHandedOver: false });
  before.hashes.reverse();
  world.server.handover.push(await before.handover(world.server.log!, 4));
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["bad-handover"]);
});

test("a handover is taken together with the new cursor: an app killed at once has both or neither", async () => {
  const phone = await phoneWithRecords(1);
  await world.server.restore(1);
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    if (key === "lastExchangeMs") throw new DOMException("killed", "AbortError");
    return put.call(this, value, key);
  };
  await phone.retryNow();
  IDBObjectStore.prototype.put = put;
  expect(phone.snapshot().log.known?.origin).toBe("sanad.example/log/first");
  const again = await world.phone();
  await again.retryNow();
  expect(again.snapshot().log.known?.origin).toBe("sanad.example/log/x");
  expect(alarmsOf(again)).toEqual([]);
});

test("a photo is never let go of before it is archived, and then only when the phone is full", async () => {
  const phone = await phoneWithRecords(3);
  world.room = { usedBytes: 99_000, quotaBytes: 100_000 };
  await world.pass(60_000);
  expect(await bytesKept()).toHaveLength(3);
  const first = phone.snapshot().records[0]!.id;
  world.server.isArchived = (id) => id === first;
  for (let round = 0; round < 3; round++) await world.pass(15 * 60_000);
  expect(phone.snapshot().records.map(({ archived }) => archived ?? false)).toEqual([true, false, false]);
  const gone = await digestOf(photo(1000, 0).bytes);
  expect(await bytesKept()).toHaveLength(2);
  expect(await bytesKept()).not.toContain(gone);
  expect(phone.snapshot().records[0]).toMatchObject({ state: "proved", photos: [{ sent: true, gone: true }] });
  expect(phone.snapshot().log.freed).toEqual({ photos: 1, bytes: 1000 });
});

test("with room enough an archived photo stays until the observer lets it go", async () => {
  const phone = await phoneWithRecords(2);
  world.server.isArchived = () => true;
  world.room = { usedBytes: 10, quotaBytes: 1_000_000_000 };
  for (let round = 0; round < 3; round++) await world.pass(15 * 60_000);
  expect(await bytesKept()).toHaveLength(2);
  expect(phone.snapshot().log.archived).toEqual({ photos: 2, bytes: 2000 });
  await phone.log.letGoOfPhotos();
  expect(await bytesKept()).toHaveLength(0);
  expect(phone.snapshot().log.freed).toBeUndefined();
});

test("while the log is in doubt nothing is let go of", async () => {
  const phone = await phoneWithRecords(1);
  world.server.isArchived = () => true;
  await world.pass(15 * 60_000);
  const log = world.server.log!;
  world.server.bendCheckpoint = () => log.note(2);
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["shrunk"]);
  await phone.log.letGoOfPhotos();
  expect(await bytesKept()).toHaveLength(1);
});

test("a photo that was let go of and that a restored server lacks is shown to a person", async () => {
  const phone = await phoneWithRecords(1);
  world.server.isArchived = () => true;
  await world.pass(15 * 60_000);
  await phone.log.letGoOfPhotos();
  await world.server.restore(0);
  world.server.photos.clear();
  await phone.retryNow();
  expect(phone.snapshot().records[0]).toMatchObject({ state: "look", lastError: "let-go" });
  expect(world.server.entries.size).toBe(1);
});

test("a restored server's archive is asked about anew", async () => {
  const phone = await phoneWithRecords(1);
  world.server.isArchived = () => true;
  await world.pass(15 * 60_000);
  expect(phone.snapshot().records[0]?.archived).toBe(true);
  world.server.isArchived = () => false;
  await world.server.restore(1);
  await phone.retryNow();
  for (let round = 0; round < 3; round++) await world.pass(10_000);
  expect(phone.snapshot().records[0]).toMatchObject({ state: "proved", archived: undefined });
});

test("a write that a full disk cut off is done again once archived photos are gone", async () => {
  const phone = await phoneWithRecords(1);
  world.server.isArchived = () => true;
  await world.pass(15 * 60_000);
  const add = IDBObjectStore.prototype.add;
  let isFull = true;
  IDBObjectStore.prototype.add = function (this: IDBObjectStore, value: unknown) {
    if (this.name === "journal" && isFull) {
      isFull = false;
      throw new DOMException("full", "QuotaExceededError");
    }
    return add.call(this, value);
  };
  const saved = await phone.submit(incident());
  IDBObjectStore.prototype.add = add;
  expect(saved.seq).toBe(2);
  expect(phone.snapshot().log.freed?.photos).toBe(1);
});

test("a photo is taken in only where text still has room after it", async () => {
  const phone = await phoneWithRecords(1);
  expect(await phone.hasRoomFor(400_000)).toBe(true);
  world.room = { usedBytes: 3_000_000, quotaBytes: 5_000_000 };
  expect(await phone.hasRoomFor(400_000)).toBe(false);
  expect((await phone.submit(incident())).seq).toBe(2);
  world.room = { usedBytes: 3_000_000, quotaBytes: 20_000_000 };
  expect(await phone.hasRoomFor(400_000)).toBe(true);
});

test("archived photos go before a new one is refused", async () => {
  const phone = await phoneWithRecords(1);
  world.server.isArchived = () => true;
  await world.pass(15 * 60_000);
  world.room = { usedBytes: 3_000_000, quotaBytes: 5_000_000 };
  await phone.hasRoomFor(400_000);
  expect(phone.snapshot().records[0]?.photos[0]?.gone).toBe(true);
});

test("wiping asks once more while the server has no second copy", async () => {
  const phone = await phoneWithRecords(1);
  expect(await phone.wipe(false)).toEqual({ refused: "unarchived" });
  world.server.isArchived = () => true;
  await world.pass(15 * 60_000);
  expect(await phone.wipe(false)).toEqual({});
});
