/** What the server took is proved to be in its log. */
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { base64Encode } from "../../core/text.ts";
import { isIncluded } from "../../core/proofs.ts";
import { readCheckpoint, readNote } from "../../core/checkpoint.ts";
import type { JournalRow } from "../../device/database.ts";
import { problem } from "./pretend_server.ts";
import { alarmsOf, incident, LINK, photo, provedPhone, World } from "./world.ts";

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

test("a record is proved seconds after it was taken, with one question", async () => {
  const { phone, saved } = await provedPhone(world);
  expect(phone.snapshot().records[0]).toMatchObject({ id: saved.id, state: "proved", proof: { index: 3, size: 4 } });
  expect(asked()).toHaveLength(1);
  expect(asked()[0]?.body).toEqual({ ids: [saved.id], from: 3 });
  expect(alarmsOf(phone)).toEqual([]);
});

test("the proof that is kept holds by itself", async () => {
  await provedPhone(world);
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
  const { phone, log } = await provedPhone(world);
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

test("an answer that another tab has overtaken does not take the log back to where it was", async () => {
  const { phone: first, log } = await provedPhone(world);
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

/** A phone whose clock goes on while it works, as in the world. */
async function slowPhone() {
  await world.server.beginLog();
  const phone = await world.phone({ monoMs: () => world.nowMs++ });
  await phone.join(LINK);
  await phone.acceptPledge();
  await phone.sender.now();
  return phone;
}

/** Its report is on the server, and the log does not go on. */
async function waitingForProof() {
  const phone = await slowPhone();
  world.server.isSealing = false;
  await phone.submit(incident());
  await phone.sender.settled();
  return phone;
}

test("while the log stands still, messages are picked up as ever", async () => {
  const phone = await waitingForProof();
  for (let seconds = 0; seconds < 300; seconds++) await world.pass(1_000);
  await world.server.say("message.send", { to: "observer-1", text: "leave the station" });
  for (let seconds = 0; seconds < 90; seconds++) await world.pass(1_000);
  expect(phone.snapshot().messages.map(({ text }) => text)).toEqual(["leave the station"]);
});

test("a phone that waits for a proof and has lost the network says so", async () => {
  const phone = await waitingForProof();
  for (let seconds = 0; seconds < 200; seconds++) await world.pass(1_000);
  world.server.bend = () => "lose-request";
  for (let seconds = 0; seconds < 90; seconds++) await world.pass(1_000);
  expect(phone.snapshot().outbox.lastError).toBe("no-network");
});

test("a server restored while a proof is waited for is not accused: the next exchange brings the handover", async () => {
  const phone = await waitingForProof();
  await world.server.restore(1);
  world.server.isSealing = true;
  for (let seconds = 0; seconds < 60; seconds++) await world.pass(1_000);
  expect(alarmsOf(phone)).toEqual([]);
  expect(phone.snapshot().log.known?.origin).toBe("sanad.example/log/x");
  expect(phone.snapshot().records[0]?.state).toBe("proved");
});

test("a server that shows another log only with its proofs does not get away with it", async () => {
  const { phone, log } = await provedPhone(world);
  const other = await world.server.beginLog("sanad.example/log/other");
  world.server.log = log;
  world.server.bendProofs = async (answer) => ({ ...answer, checkpoint: await other.note(1), consistency: [] });
  await phone.submit(incident());
  await phone.sender.settled();
  for (let seconds = 0; seconds < 60; seconds++) await world.pass(1_000);
  expect(alarmsOf(phone)).toEqual(["stranger"]);
  expect(phone.snapshot().log.known?.origin).toBe(log.origin);
});
