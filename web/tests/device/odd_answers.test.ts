/** A server that answers oddly gets away with nothing, and stops nothing. */
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PretendLog } from "./pretend_log.ts";
import { problem } from "./pretend_server.ts";
import { alarmsOf, incident, provedPhone, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

const exchanges = () => world.server.asked.filter(({ path }) => path === "/api/v1/sync").length;

/** What the server answers to an exchange, with this changed; at most so often, or a phone that never stops would hang the test. */
function bendExchanges(change: (answer: Record<string, any>) => object, most = 200): void {
  const fetch = world.server.fetch;
  let answered = 0;
  Object.assign(world.server, {
    fetch: async (address: string, request: RequestInit) => {
      const response = await fetch(address, request);
      if (address !== "/api/v1/sync" || response.status !== 200 || ++answered > most) return response;
      const answer = await response.json();
      return new Response(JSON.stringify({ ...answer, ...change(answer) }), { status: 200 });
    },
  });
}

test("an answer that promises more and brings nothing ends the round", async () => {
  bendExchanges(() => ({ more: true }));
  const phone = await world.joined();
  expect(exchanges()).toBeLessThan(5);
  expect(phone.snapshot().outbox.sending).toBe(false);
});

test("nor is a round endless when every answer promises more and names another place", async () => {
  await world.server.beginLog();
  let number = 0;
  bendExchanges(() => ({ more: true, cursor: `:${number++}` }));
  const phone = await world.joined();
  expect(exchanges()).toBeLessThan(150);
  await phone.submit(incident());
  await phone.sender.settled();
  await world.pass(10_000);
  expect(phone.snapshot().records[0]?.state).toBe("proved");
});

test("another server with a full inbox and no handover is asked again at the next poll, not at once", async () => {
  bendExchanges(({ refetch }) => (refetch ? { more: true } : {}));
  const { phone } = await provedPhone(world);
  await world.server.restore(1, { isHandedOver: false });
  const before = exchanges();
  await phone.retryNow();
  expect(exchanges() - before).toBeLessThan(5);
  expect(alarmsOf(phone)).toEqual(["stranger"]);
});

test("a shorter log beside proofs that say nothing is an alarm", async () => {
  const { phone, log } = await provedPhone(world);
  world.server.bendCheckpoint = () => log.note(2);
  world.server.bendProofs = (answer) => ({
    checkpoint: "", consistency: [], proofs: answer["proofs"].map(({ id }: { id: string }) => ({ id, why: "not-yet-logged" })),
  });
  for (let round = 0; round < 3; round++) await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["shrunk"]);
});

test("a shorter log is an alarm also where proofs are put off until tomorrow", async () => {
  const { phone, log } = await provedPhone(world);
  world.server.bendCheckpoint = () => log.note(2);
  world.server.bend = (path) => (path === "/api/v1/proofs" ? problem(503, "busy", { "Retry-After": "86400" }) : null);
  for (let minutes = 0; minutes < 5; minutes++) await world.pass(60_000);
  expect(alarmsOf(phone)).toEqual(["shrunk"]);
});

test("a shorter log is an alarm also where phones are told to come spread out over weeks", async () => {
  const { phone, log } = await provedPhone(world);
  world.server.hints = { spread_s: 1_000_000 };
  world.server.bendCheckpoint = () => log.note(2);
  world.server.bend = (path) => (path === "/api/v1/proofs" ? problem(503, "busy") : null);
  for (let minutes = 0; minutes < 90; minutes++) {
    if (minutes % 5 === 0) await phone.submit(incident());
    await world.pass(60_000);
  }
  expect(alarmsOf(phone)).toEqual(["shrunk"]);
});

test("old answers are no alarm once the log is shown whole, however often they came", async () => {
  const { phone, log } = await provedPhone(world);
  world.server.bend = (path) => (path === "/api/v1/proofs" ? problem(503, "busy", { "Retry-After": "86400" }) : null);
  const old = await log.note(3);
  world.server.bendCheckpoint = (note) => (world.server.asked.at(-1)?.path === "/api/v1/sync" ? old : note);
  for (let round = 0; round < 2; round++) await phone.retryNow();
  world.server.bend = () => null;
  for (let round = 0; round < 5; round++) await phone.retryNow();
  expect(alarmsOf(phone)).toEqual([]);
});

test("an app that is closed in between forgets no doubt", async () => {
  const { log } = await provedPhone(world);
  world.server.bendCheckpoint = () => log.note(2);
  world.server.bend = (path) => (path === "/api/v1/proofs" ? problem(503, "busy", { "Retry-After": "86400" }) : null);
  for (let start = 0; start < 3; start++) await (await world.phone()).sender.settled();
  expect(alarmsOf(world.phones.at(-1)!)).toEqual(["shrunk"]);
});

test("a handover back to a log that was left is refused, also by way of others", async () => {
  const { phone, log: first } = await provedPhone(world);
  await world.server.restore(1);
  const second = world.server.log!;
  await phone.retryNow();
  for (let round = 0; round < 3; round++) await world.pass(10_000);
  expect(phone.snapshot()).toMatchObject({ log: { known: { origin: second.origin }, alarms: [] } });
  const rewritten = new PretendLog(first.origin, first.key);
  await rewritten.fill(9);
  Object.assign(world.server, { log: rewritten, epoch: "back" });
  world.server.handover.push(await second.handover(rewritten, 2));
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["bad-handover"]);
  expect(phone.snapshot().log.known?.origin).toBe(second.origin);
});

test("nor is a chain followed that comes back within itself", async () => {
  const { phone, log: first } = await provedPhone(world);
  await world.server.restore(1);
  const second = world.server.log!;
  const rewritten = new PretendLog(first.origin, first.key);
  await rewritten.fill(9);
  Object.assign(world.server, { log: rewritten });
  world.server.handover.push(await second.handover(rewritten, 2));
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["inconsistent"]);
  expect(phone.snapshot()).toMatchObject({ log: { known: { size: 4 } }, records: [{ state: "proved" }] });
});

test.each([-1, 0])("however few entries are asked for, they are handed in one by one: %i", async (most) => {
  const phone = await world.joined();
  world.server.hints = { max_entries: most };
  await phone.sender.now();
  world.isOnline = false;
  for (let number = 0; number < 3; number++) await phone.submit(incident());
  world.isOnline = true;
  const before = exchanges();
  await phone.retryNow();
  expect(world.server.entries.size).toBe(3);
  expect(exchanges() - before).toBeLessThan(5);
});

test("a phone that is told to come next month comes within the hour", async () => {
  const phone = await world.joined();
  world.server.hints = { spread_s: 3_000_000 };
  await phone.sender.now();
  const before = exchanges();
  for (let minutes = 0; minutes < 60; minutes++) await world.pass(60_000);
  expect(exchanges()).toBeGreaterThan(before);
});

async function settingsOf(): Promise<unknown[]> {
  const database = await openDB(world.databaseName);
  const all = await database.getAll("settings");
  database.close();
  return all;
}
const lengthOf = (value: unknown): number => JSON.stringify(value).length;

test("of checkpoints and proofs without measure no more is kept than a phone has room for", async () => {
  const { phone } = await provedPhone(world);
  const before = lengthOf(await settingsOf());
  let number = 0;
  world.server.bendCheckpoint = () => `${++number}`.padEnd(2_000_000, "x");
  for (let round = 0; round < 20; round++) await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["unsigned"]);
  expect(lengthOf(await settingsOf()) - before).toBeLessThan(200_000);
});

test("a checkpoint that is signed and padded is refused, and not kept with every proof", async () => {
  const { phone, log } = await provedPhone(world);
  world.server.bendCheckpoint = async () => (await log.note()).replace("\n— ", `\n— witness ${"A".repeat(100_000)}\n— `);
  await phone.submit(incident());
  await phone.sender.settled();
  await world.pass(10_000);
  expect(alarmsOf(phone)).toEqual(["unsigned"]);
  expect(phone.snapshot().log.known?.size).toBe(4);
});

test("what a server said beside a refused handover is kept in measure", async () => {
  const { phone, log } = await provedPhone(world);
  await world.server.restore(1, { isHandedOver: false });
  world.server.handover = ["z".repeat(3_000_000)];
  await phone.retryNow();
  expect(alarmsOf(phone)).toEqual(["bad-handover"]);
  expect(lengthOf(await settingsOf())).toBeLessThan(100_000);
  expect(JSON.parse(await (await phone.log.exportEvidence()).text()).alarms[0].kept).toContain(log.origin);
});

test("a log that grows between one lie and the next makes no end of alarms, and the first stay", async () => {
  const { phone, log } = await provedPhone(world);
  const lie = async () => {
    world.server.bendCheckpoint = () => "nonsense";
    await phone.retryNow();
    world.server.bendCheckpoint = (note) => note;
    await log.fill(1);
    world.nowMs += 1_000;
    await phone.retryNow();
    await world.pass(15 * 60_000);
  };
  await lie();
  const [first] = phone.snapshot().log.alarms;
  for (let round = 0; round < 80; round++) await lie();
  expect(phone.snapshot().log.known?.size).toBeGreaterThan(70);
  expect(phone.snapshot().log.alarms).toHaveLength(64);
  expect(phone.snapshot().log.alarms).toContainEqual(first);
});

test("a server that is handed over with every answer is followed so often and no more", async () => {
  const { phone } = await provedPhone(world);
  for (let step = 0; step < 70; step++) {
    await world.server.restore(1);
    world.server.handover.splice(0, world.server.handover.length - 1);
    await phone.retryNow();
  }
  expect(alarmsOf(phone)).toEqual(["bad-handover"]);
  expect(phone.snapshot().log.known?.origin).toBe(`sanad.example/log/${"x".repeat(64)}`);
});
