/** What the server took is proved to be in its log, and a log that is not what it was is refused where everybody sees it. */
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { base64Encode } from "../../core/text.ts";
import { isIncluded } from "../../core/proofs.ts";
import { readCheckpoint, readNote } from "../../core/checkpoint.ts";
import type { JournalRow } from "../../device/database.ts";
import { problem } from "./pretend_server.ts";
import { PretendLog, signedNote } from "./pretend_log.ts";
import { incident, photo, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

const rowsOf = async (): Promise<JournalRow[]> => {
  const database = await openDB(world.databaseName);
  const rows = await database.getAll("journal");
  database.close();
  return rows.sort((a, b) => a.seq - b.seq);
};
const asked = () => world.server.asked.filter(({ path }) => path === "/api/v1/proofs");
const alarms = (phone: { snapshot: () => any }) => phone.snapshot().log.alarms.map(({ why }: { why: string }) => why);

async function provedPhone() {
  const log = await world.server.beginLog();
  const phone = await world.joined();
  const saved = await phone.submit(incident(2, { photos: [photo(1000)] }));
  await phone.sender.settled();
  await world.pass(10_000);
  return { log, phone, saved };
}

/** The same log in another order: same origin, same keys, same size. */
async function splitOf(log: PretendLog): Promise<PretendLog> {
  const other = new PretendLog(log.origin, log.key);
  await other.fill(log.ids.length);
  other.published = log.published;
  return other;
}

test("a record is proved seconds after it was taken, with one question", async () => {
  const { phone, saved } = await provedPhone();
  expect(phone.snapshot().records[0]).toMatchObject({ id: saved.id, state: "proved", proof: { index: 3, size: 4 } });
  expect(asked()).toHaveLength(1);
  expect(asked()[0]?.body).toEqual({ ids: [saved.id], from: 3 });
  expect(alarms(phone)).toEqual([]);
});

test("the proof that is kept holds by itself", async () => {
  await provedPhone();
  const [row] = await rowsOf();
  const proof = row!.proofs![0]!;
  const checkpoint = readCheckpoint(readNote(proof.note));
  const said = { id: row!.id, archived: false, ...proof };
  expect(await isIncluded(row!.header, said, checkpoint)).toBe(true);
  expect(await isIncluded(row!.header.replace('"at":', '"at": '), said, checkpoint)).toBe(false);
});

test("a record whose photo has not arrived is not called proved", async () => {
  await world.server.beginLog();
  const phone = await world.joined();
  world.server.bend = (path) => (path.startsWith("/api/v1/photos") ? problem(503, "busy") : null);
  await phone.submit(incident(2, { photos: [photo(1000)] }));
  await phone.sender.settled();
  await world.pass(10_000);
  expect(phone.snapshot().records[0]).toMatchObject({ state: "phone", proof: { index: 3 } });
});

test("what is not in a checkpoint yet is asked about again, ever more seldom", async () => {
  await world.server.beginLog();
  const phone = await world.joined();
  world.server.isSealing = false;
  await phone.submit(incident());
  await phone.sender.settled();
  for (let seconds = 0; seconds < 120; seconds += 1) await world.pass(1_000);
  expect(phone.snapshot().records[0]?.state).toBe("server");
  expect(asked().length).toBeLessThanOrEqual(6);
  world.server.isSealing = true;
  await world.pass(60_000);
  await world.pass(60_000);
  expect(phone.snapshot().records[0]?.state).toBe("proved");
});

test("a new record says which checkpoint its phone had seen", async () => {
  const { phone, log } = await provedPhone();
  await phone.submit(incident());
  const [first, second] = await rowsOf();
  expect(JSON.parse(first!.header).seen[0]).toBe(3);
  const root = base64Encode(await log.root(4)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  expect(JSON.parse(second!.header).seen).toEqual([4, root]);
});

test("a hundred and more records are proved by the hundred", async () => {
  await world.server.beginLog();
  const phone = await world.joined();
  world.isOnline = false;
  for (let number = 0; number < 120; number++) await phone.submit(incident());
  world.isOnline = true;
  await phone.retryNow();
  for (let round = 0; round < 5; round++) await world.pass(5_000);
  expect(phone.snapshot().records.every(({ state }) => state === "proved")).toBe(true);
  expect(asked().every(({ body }) => body!["ids"].length <= 100)).toBe(true);
}, 60_000);

test("a server without a log is never asked for a proof", async () => {
  const phone = await world.joined();
  await phone.submit(incident());
  await phone.sender.settled();
  await world.pass(120_000);
  expect(asked()).toEqual([]);
  expect(phone.snapshot().records[0]?.state).toBe("server");
});

test("a shorter log is refused, the old checkpoint is kept, and everything goes on being handed in", async () => {
  const { phone, log } = await provedPhone();
  const kept = await log.note(4);
  world.server.bendCheckpoint = () => log.note(2);
  world.server.bendProofs = (answer) => ({ ...answer, consistency: null });
  await phone.retryNow();
  expect(alarms(phone)).toEqual(["shrunk"]);
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
  const { log } = await provedPhone();
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
  const { phone, log } = await provedPhone();
  world.server.log = await splitOf(log);
  await phone.retryNow();
  expect(alarms(phone)).toEqual(["split"]);
  const [row] = await rowsOf();
  expect(row!.proofs).toHaveLength(1);
});

test("a larger log that does not continue the one that was seen is refused", async () => {
  const { phone, log } = await provedPhone();
  const other = await splitOf(log);
  await other.fill(4);
  world.server.log = other;
  await phone.submit(incident());
  await phone.sender.settled();
  await world.pass(10_000);
  expect(alarms(phone)).toContain("inconsistent");
  expect(phone.snapshot().log.known?.size).toBe(4);
  expect(phone.snapshot().records[1]?.state).toBe("server");
});

test("an answer from a moment ago is not taken for a shorter log", async () => {
  const { phone, log } = await provedPhone();
  const old = await log.note(3);
  let stale = 1;
  world.server.bendCheckpoint = (note) => (stale-- > 0 ? old : note);
  await phone.retryNow();
  expect(alarms(phone)).toEqual([]);
});

test("a server that goes on showing a shorter log and gives no account of it is not believed", async () => {
  const { phone, log } = await provedPhone();
  world.server.bendCheckpoint = () => log.note(2);
  world.server.bend = (path) => (path === "/api/v1/proofs" ? problem(500, "server-fault") : null);
  for (let round = 0; round < 3; round++) await phone.retryNow();
  expect(alarms(phone)).toEqual(["shrunk"]);
});

test("a checkpoint that the server's key did not sign is refused", async () => {
  const { phone, log } = await provedPhone();
  const other = await world.server.beginLog("sanad.example/log/other");
  world.server.log = log;
  const stranger = (await World.open()).server.key;
  const text = readNote(await log.note()).text;
  world.server.bendCheckpoint = () => signedNote(text, log.origin, stranger);
  await phone.retryNow();
  expect(alarms(phone)).toEqual(["unsigned"]);
  world.server.bendCheckpoint = () => other.note(0);
  await phone.retryNow();
  expect(alarms(phone).sort()).toEqual(["stranger", "unsigned"]);
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
  expect(alarms(phone)).toEqual(["not-included"]);
  expect(phone.snapshot().records.map(({ state }) => state)).toEqual(["server", "proved"]);
});

test("an answer that another tab has overtaken does not take the log back to where it was", async () => {
  const { phone: first, log } = await provedPhone();
  const second = await world.phone();
  await second.sender.settled();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let answers = 0;
  world.server.bendProofs = async (answer) => {
    if (answers++ === 0) await held;
    return answer;
  };
  await first.submit(incident());
  await first.sender.settled();
  const waiting = first.retryNow();
  await expect.poll(() => answers).toBe(1);
  await log.fill(3);
  await second.retryNow();
  expect(second.snapshot().log.known?.size).toBe(8);
  release();
  await waiting;
  expect(first.snapshot().log).toMatchObject({ known: { size: 8 }, alarms: [] });
});

test("two tabs that hear of the log together raise no alarm", async () => {
  await world.server.beginLog();
  const first = await world.joined();
  const second = await world.phone();
  for (let round = 0; round < 5; round++) {
    await Promise.all([first.submit(incident()), second.submit(incident())]);
    await Promise.all([first.retryNow(), second.retryNow()]);
    await world.pass(6_000);
  }
  await world.pass(60_000);
  await second.retryNow();
  expect(second.snapshot().log.alarms).toEqual([]);
  expect(second.snapshot().records.every(({ state }) => state === "proved")).toBe(true);
}, 60_000);
