/** A log that is not what it was is refused where everybody sees it, and nothing stops for it. */
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readNote } from "../../core/checkpoint.ts";
import { problem } from "./pretend_server.ts";
import { PretendLog, signedNote } from "./pretend_log.ts";
import { alarmsOf, incident, provedPhone, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

/** The same log in another order: same origin, same keys, same size. */
async function splitOf(log: PretendLog): Promise<PretendLog> {
  const other = new PretendLog(log.origin, log.key);
  await other.fill(log.ids.length);
  other.published = log.published;
  return other;
}

test("a shorter log is refused, the old checkpoint is kept, and everything goes on being handed in", async () => {
  const { phone, log } = await provedPhone(world);
  const kept = await log.note(4);
  world.server.bendCheckpoint = () => log.note(2);
  world.server.bendProofs = (answer) => ({ ...answer, consistency: null });
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["shrunk"]);
  expect(phone.snapshot().log).toMatchObject({ known: { size: 4 }, alarms: [{ keptSize: 4, refusedSize: 2, looked: false }] });
  await phone.submit(incident());
  await phone.sender.settled();
  expect(world.server.entries.size).toBe(2);
  expect(phone.snapshot().records.map(({ state }) => state)).toEqual(["proved", "server"]);
  const file = JSON.parse(await (await phone.log.exportEvidence()).text());
  expect(file.alarms[0].kept.split("\n\n")[0]).toBe(kept.split("\n\n")[0]);
  expect(file.alarms).toMatchObject([{ why: "shrunk", refused: [expect.stringContaining("\n2\n")] }]);
  expect(file.entries[0].proofs[0]).toContain("c2sp.org/tlog-proof@v1\nindex 3\n");
  expect(JSON.stringify(file)).not.toContain("صندوق");
});

test("an alarm outlives the app, stands until somebody looks, and is told once", async () => {
  const { log } = await provedPhone(world);
  world.server.bendCheckpoint = () => log.note(2);
  await world.phones[0]!.retryNow();
  const again = await world.phone();
  await again.sender.settled();
  expect(again.snapshot().log.alarms).toMatchObject([{ looked: false }]);
  await again.log.lookAtAlarms();
  await again.retryNow();
  await again.retryNow();
  expect(again.snapshot().log.alarms).toMatchObject([{ looked: true }]);
});

test("another log of the same size is refused", async () => {
  const { phone, log } = await provedPhone(world);
  world.server.log = await splitOf(log);
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["split"]);
  const database = await openDB(world.databaseName);
  const [row] = await database.getAll("journal");
  database.close();
  expect(row.proofs).toHaveLength(1);
});

test("a larger log that does not continue the one that was seen is refused", async () => {
  const { phone, log } = await provedPhone(world);
  const other = await splitOf(log);
  await other.fill(4);
  world.server.log = other;
  await phone.submit(incident());
  await phone.sender.settled();
  await world.pass(10_000);
  expect(alarmsOf(phone)).toContain("inconsistent");
  expect(phone.snapshot().log.known?.size).toBe(4);
  expect(phone.snapshot().records[1]?.state).toBe("server");
});

test("an answer from a moment ago is not taken for a shorter log", async () => {
  const { phone, log } = await provedPhone(world);
  const old = await log.note(3);
  let stale = 1;
  world.server.bendCheckpoint = (note) => (stale-- > 0 ? old : note);
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual([]);
});

test("a server that goes on showing a shorter log and gives no account of it is not believed", async () => {
  const { phone, log } = await provedPhone(world);
  world.server.bendCheckpoint = () => log.note(2);
  world.server.bend = (path) => (path === "/api/v1/proofs" ? problem(500, "server-fault") : null);
  for (let round = 0; round < 3; round++) await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["shrunk"]);
});

test("a checkpoint that the server's key did not sign is refused", async () => {
  const { phone, log } = await provedPhone(world);
  const other = await world.server.beginLog("sanad.example/log/other");
  world.server.log = log;
  const stranger = (await World.open()).server.key;
  const text = readNote(await log.note()).text;
  world.server.bendCheckpoint = () => signedNote(text, log.origin, stranger);
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["unsigned"]);
  world.server.bendCheckpoint = () => other.note(0);
  await phone.retryNow();
  expect(alarmsOf(phone).sort()).toEqual(["stranger", "unsigned"]);
});

test("an entry that the server took and cannot show in its log is an alarm, and the others are proved", async () => {
  await world.server.beginLog();
  const phone = await world.joined();
  world.isOnline = false;
  await phone.submit(incident());
  await phone.submit(incident());
  world.isOnline = true;
  world.server.bendProofs = (answer) => {
    const [first, ...rest] = answer["proofs"];
    return { ...answer, proofs: [first && "path" in first ? { ...first, index: 0 } : first, ...rest] };
  };
  await phone.retryNow();
  await world.pass(10_000);
  expect(alarmsOf(phone)).toEqual(["not-included"]);
  expect(phone.snapshot().records.map(({ state }) => state)).toEqual(["server", "proved"]);
});

test("wiping asks once more while an alarm stands: the evidence is on this phone alone", async () => {
  const { phone, log } = await provedPhone(world);
  world.server.isArchived = () => true;
  await world.pass(15 * 60_000);
  expect(phone.snapshot().records[0]?.archived).toBe(true);
  world.server.bendCheckpoint = () => log.note(2);
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["shrunk"]);
  expect(await phone.wipe(false)).toEqual({ refused: "unarchived" });
  expect(alarmsOf(phone)).toEqual(["shrunk"]);
  expect(await phone.wipe(true)).toEqual({});
});

/** One more record, of which the server says this instead of a proof, while the log grows with what others hand in. */
async function neverShown(why: string) {
  const { phone, log } = await provedPhone(world);
  const saved = await phone.submit(incident());
  world.server.bendProofs = (answer) => ({
    ...answer, proofs: answer["proofs"].map((each: { id: string }) => (each.id === saved.id ? { id: saved.id, why } : each)),
  });
  await phone.sender.settled();
  await log.fill(10);
  return { phone, log };
}

test.each(["not-yet-logged", "unknown"])("an entry that was taken and is not shown for an hour is an alarm, told once: %s", async (why) => {
  const { phone, log } = await neverShown(why);
  for (let minutes = 0; minutes < 55; minutes++) await world.pass(60_000);
  expect(alarmsOf(phone)).toEqual([]);
  for (let minutes = 0; minutes < 60; minutes++) {
    await log.fill(1);
    await world.pass(60_000);
  }
  expect(alarmsOf(phone)).toEqual(["not-included"]);
  const file = JSON.parse(await (await phone.log.exportEvidence()).text());
  expect(file.alarms).toMatchObject([{ said: [{ why, index: 4 }] }]);
});

test("a fault that is mended within the hour is no alarm, nor is a log that stands still for long", async () => {
  const { phone } = await neverShown("not-yet-logged");
  for (let minutes = 0; minutes < 50; minutes++) await world.pass(60_000);
  world.server.bendProofs = (answer) => answer;
  await world.pass(60_000);
  expect(phone.snapshot().records.map(({ state }) => state)).toEqual(["proved", "proved"]);
  world.server.isSealing = false;
  await phone.submit(incident());
  await phone.sender.settled();
  for (let minutes = 0; minutes < 180; minutes++) await world.pass(60_000);
  expect(alarmsOf(phone)).toEqual([]);
});
