/** A phone joins once, and an answer lost on the way does not lock it out. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { portalPage, problem, WORDS } from "./pretend_server.ts";
import { CODE, incident, LINK, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

test("a join link leads through the pledge to a phone that is ready", async () => {
  const phone = await world.phone();
  expect(phone.snapshot().stage).toBe("new");
  await phone.join(LINK);
  expect(phone.snapshot()).toMatchObject({ stage: "pledge", me: { observer: "observer-1" }, stations: [{ code: "138450-03" }] });
  await phone.acceptPledge();
  expect(phone.snapshot().stage).toBe("ready");
  await expect(phone.submit(incident())).resolves.toMatchObject({ seq: 1 });
});

test("a browser's question whether it may keep things holds nobody up", async () => {
  const persist = vi.fn(() => new Promise<boolean>(() => {}));
  vi.stubGlobal("navigator", { storage: { persist } });
  const phone = await world.phone();
  await phone.join(LINK);
  vi.unstubAllGlobals();
  expect(persist).toHaveBeenCalledOnce();
  expect(phone.snapshot().stage).toBe("pledge");
});

test("the bare code does as well as the link, and other text is told to be wrong", async () => {
  const phone = await world.phone();
  await expect(phone.join("https://sanad.example/join")).rejects.toThrow("code-wrong");
  await phone.join(` ${CODE}\n`);
  expect(phone.snapshot().stage).toBe("pledge");
});

test("after a lost answer the same code, key and proof are sent again, also by an app that was killed", async () => {
  world.server.bend = (path) => (path === "/api/v1/enrol" ? "lose-answer" : null);
  const phone = await world.phone();
  await expect(phone.join(LINK)).rejects.toThrow("no-network");
  expect(phone.snapshot()).toMatchObject({ stage: "joining", problem: "no-network" });
  world.server.bend = () => null;
  const again = await world.phone();
  await expect.poll(() => again.snapshot().stage).toBe("pledge");
  const asked = world.server.asked.filter(({ path }) => path === "/api/v1/enrol").map(({ body }) => body);
  expect(asked[1]).toEqual(asked[0]);
  expect(world.server.devices.size).toBe(1);
});

test("who tries the same link again after a lost answer sends the same proof", async () => {
  world.server.bend = (path) => (path === "/api/v1/enrol" ? "lose-answer" : null);
  const phone = await world.phone();
  await expect(phone.join(LINK)).rejects.toThrow("no-network");
  await expect(phone.join(LINK)).rejects.toThrow("no-network");
  const [first, second] = world.server.asked.map(({ body }) => body);
  expect(second).toEqual(first);
});

test("a log-in page is not taken for an answer to joining", async () => {
  world.server.bend = portalPage;
  const phone = await world.phone();
  await expect(phone.join(LINK)).rejects.toThrow("portal");
  world.server.bend = () => null;
  await world.pass(5_000);
  await expect.poll(() => phone.snapshot().stage).toBe("pledge");
});

test("a code that was used up is dropped, and another can be tried", async () => {
  world.server.bend = () => problem(410, "code-expired");
  const phone = await world.phone();
  await expect(phone.join(LINK)).rejects.toThrow("code-refused");
  expect(phone.snapshot()).toMatchObject({ stage: "new", problem: "code-refused" });
  world.server.bend = () => null;
  await phone.join(LINK);
  expect(phone.snapshot()).toMatchObject({ stage: "pledge", problem: undefined });
});

test("messages, reviews and assignments are taken from the server's own journal", async () => {
  const phone = await world.joined();
  const { id } = await phone.submit(incident());
  await phone.sender.settled();
  await world.server.say("message.send", { to: "observer-1", text: "شكراً" });
  await world.server.say("review", { finding: "uphold", reason: "seen by two" }, id, [id]);
  world.server.pack = { ...world.server.pack, stations: [{ ...world.server.pack.stations[0]!, code: "138450-04", name: WORDS }] };
  await world.server.say("assignment.set", { observer: "observer-1", stations: ["138450-04"] });
  await phone.retryNow();
  expect(phone.snapshot().messages).toMatchObject([{ text: "شكراً" }]);
  expect(phone.snapshot().records[0]?.review).toMatchObject({ finding: "uphold", reason: "seen by two" });
  expect(phone.snapshot().stations.map((station) => station.code)).toEqual(["138450-04"]);
});

test("an entry that the server did not sign is passed over", async () => {
  const phone = await world.joined();
  const forger = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  await world.server.say("message.send", { to: "observer-1", text: "leave the station" }, "", [], forger);
  await world.server.say("message.send", { to: "observer-1", text: "stay" });
  await phone.retryNow();
  expect(phone.snapshot().messages.map((message) => message.text)).toEqual(["stay"]);
});

test("a wiped phone joins as a new device", async () => {
  const phone = await world.joined();
  const before = phone.snapshot().me?.deviceId;
  await phone.wipe(false);
  world.server.codes.set(CODE, null);
  await phone.join(LINK);
  expect(phone.snapshot().me?.deviceId).not.toBe(before);
});

test("what was on its way to a phone that is wiped is not left for the next observer", async () => {
  const phone = await world.joined();
  await world.server.say("message.send", { to: "observer-1", text: "for the first" });
  let wiped: Promise<unknown> | null = null;
  world.server.bend = (path) => {
    if (path === "/api/v1/sync") wiped ??= phone.wipe(false);
    return null;
  };
  await phone.sender.now();
  await wiped;
  world.server.own.length = 0;
  world.server.codes.set(CODE, null);
  await phone.join(LINK);
  await phone.sender.settled();
  expect(phone.snapshot().messages).toEqual([]);
});

test("a tab that has not heard of the wiping records nothing under the old name", async () => {
  const first = await world.joined();
  const second = await world.phone();
  await second.sender.settled();
  await first.wipe(false);
  await expect(second.submit(incident())).rejects.toThrow("not-joined");
  expect(first.snapshot().records).toEqual([]);
});
