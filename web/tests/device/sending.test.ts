/** What is recorded reaches the server, whatever the network does. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { portalPage, problem } from "./pretend_server.ts";
import { incident, photo, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

test("a record is on this phone when it is saved and on the server when the server says so", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  const saved = await phone.submit(incident());
  expect(saved.state).toBe("phone");
  world.isOnline = true;
  await phone.retryNow();
  expect(phone.snapshot().records[0]).toMatchObject({ id: saved.id, state: "server", verdict: "stored" });
  expect(phone.snapshot().outbox).toMatchObject({ waiting: 0, photosWaiting: 0 });
});

test("an answer lost on the way costs a second asking and nothing else", async () => {
  const phone = await world.joined();
  let lost = 0;
  world.server.bend = (path) => (path === "/api/v1/sync" && lost++ === 0 ? "lose-answer" : null);
  await phone.submit(incident());
  await phone.sender.settled();
  expect(phone.snapshot().records[0]).toMatchObject({ state: "phone" });
  await world.pass(5_000);
  expect(phone.snapshot().records[0]).toMatchObject({ state: "server", verdict: "duplicate" });
  expect(world.server.entries.size).toBe(1);
});

test("a log-in page that answers 200 to everything changes nothing", async () => {
  const phone = await world.joined();
  world.server.bend = portalPage;
  await phone.submit(incident(2, { photos: [photo(1000)] }));
  await phone.sender.settled();
  expect(phone.snapshot().records[0]).toMatchObject({ state: "phone", attempts: 0 });
  expect(phone.snapshot().outbox).toMatchObject({ waiting: 1, photosWaiting: 1, lastError: "portal" });
  world.server.bend = () => null;
  await phone.retryNow();
  expect(phone.snapshot().records[0]?.state).toBe("server");
});

test("a log-in page in front of the photos alone is not taken for an upload", async () => {
  const phone = await world.joined();
  world.server.bend = (path) => (path.startsWith("/api/v1/photos") ? portalPage() : null);
  await phone.submit(incident(2, { photos: [photo(1000)] }));
  await phone.sender.settled();
  expect(phone.snapshot().records[0]).toMatchObject({ state: "phone", verdict: "stored" });
  expect(phone.snapshot().records[0]?.photos[0]?.sent).toBe(false);
});

test("a batch that is too large is handed in by halves", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  for (let number = 0; number < 9; number++) await phone.submit(incident());
  world.isOnline = true;
  world.server.bend = (path, _request, body) =>
    path === "/api/v1/sync" && body?.["entries"].length > 2 ? new Response("<h1>413</h1>", { status: 413 }) : null;
  await phone.retryNow();
  expect(world.server.entries.size).toBe(9);
});

test("one entry that the server chokes on blocks nobody", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  const bad = await phone.submit(incident());
  for (let number = 0; number < 5; number++) await phone.submit(incident());
  world.isOnline = true;
  const isBad = (texts: string[]) => texts[0]?.includes(`"seq":${bad.seq},`);
  world.server.bend = (path, _request, body) =>
    path === "/api/v1/sync" && body?.["entries"].some(isBad) ? problem(500, "fault") : null;
  await phone.retryNow();
  for (let round = 0; round < 8; round++) await world.pass(60_000);
  expect(world.server.entries.size).toBe(5);
  expect(phone.snapshot().records.map((record) => record.state)).toEqual(["phone", "server", "server", "server", "server", "server"]);
});

test("an entry too large by itself is shown for a look, and the rest goes on", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  await phone.submit(incident());
  await phone.submit(incident());
  world.isOnline = true;
  world.server.bend = (path, _request, body) =>
    path === "/api/v1/sync" && body?.["entries"].some((texts: string[]) => texts[0]?.includes('"seq":1,')) ? problem(413, "too-large") : null;
  await phone.retryNow();
  expect(phone.snapshot().records.map((record) => record.state)).toEqual(["look", "server"]);
});

test("a refused entry is kept, shown and can be carried out of the phone", async () => {
  const phone = await world.joined();
  world.server.verdictOf = () => ({ verdict: "refused", why: "wrong-digest" });
  const saved = await phone.submit(incident());
  await phone.sender.settled();
  expect(phone.snapshot().records[0]).toMatchObject({ state: "look", why: "wrong-digest" });
  const file = JSON.parse(await (await phone.exportOutbox()).text());
  expect(file.entries).toHaveLength(1);
  expect(file.entries[0][0]).toContain(`"seq":${saved.seq}`);
});

test("the server's wish for patience is heard", async () => {
  const phone = await world.joined();
  world.server.bend = () => problem(503, "busy", { "Retry-After": "120" });
  await phone.submit(incident());
  await phone.sender.settled();
  expect((phone.snapshot().outbox.nextTryMs ?? 0) - world.nowMs).toBeGreaterThanOrEqual(120_000);
});

test("a revoked token keeps everything, says so and lets it be exported", async () => {
  const phone = await world.joined();
  world.server.bend = () => problem(401, "token-revoked");
  await phone.submit(incident(2, { photos: [photo(500)] }));
  await phone.sender.settled();
  expect(phone.snapshot()).toMatchObject({ stage: "ready", problem: "token-revoked" });
  const file = JSON.parse(await (await phone.exportOutbox()).text());
  expect([file.entries.length, file.photos.length]).toEqual([1, 1]);
});

test("an entry that the server lost is handed in again", async () => {
  const phone = await world.joined();
  await phone.submit(incident());
  await phone.submit(incident());
  await phone.sender.settled();
  world.server.entries.clear();
  await phone.retryNow();
  expect(world.server.entries.size).toBe(2);
  expect(phone.snapshot().records.every((record) => record.state === "server")).toBe(true);
});

test("a mark that comes later puts a record in need of a look, and another takes it out again", async () => {
  const phone = await world.joined();
  const { id } = await phone.submit(incident());
  await phone.sender.settled();
  world.server.marks = [{ id, bucket: "quarantined", why: "unknown-station" }];
  await phone.retryNow();
  expect(phone.snapshot().records[0]).toMatchObject({ state: "look", why: "unknown-station" });
  world.server.marks = [{ id, bucket: "live" }];
  await phone.retryNow();
  expect(phone.snapshot().records[0]?.state).toBe("server");
});

test("a clock that was turned back does not keep an entry waiting", async () => {
  const phone = await world.joined();
  let first = true;
  world.server.verdictOf = () => (first ? ((first = false), { verdict: "retry", after_s: 20 }) : null);
  await phone.submit(incident());
  await phone.sender.settled();
  world.nowMs -= 10 * 86_400_000;
  await phone.sender.now();
  expect(phone.snapshot().records[0]?.state).toBe("server");
});

test("a server that is down is asked once and then left in peace for a while", async () => {
  const phone = await world.joined();
  world.server.bend = () => problem(500, "server-fault");
  const before = world.server.asked.length;
  await phone.submit(incident());
  await phone.submit(incident());
  await phone.sender.settled();
  expect(world.server.asked.length - before).toBeLessThanOrEqual(2);
  expect(phone.snapshot().outbox).toMatchObject({ waiting: 2, lastError: "server-down" });
});

test("what is recorded while the server asks for patience waits with the rest", async () => {
  const phone = await world.joined();
  world.server.bend = () => problem(503, "busy", { "Retry-After": "120" });
  await phone.submit(incident());
  await phone.sender.settled();
  const asked = world.server.asked.length;
  await phone.submit(incident());
  await phone.sender.settled();
  expect(world.server.asked.length).toBe(asked);
  world.server.bend = () => null;
  await world.pass(125_000);
  expect(world.server.entries.size).toBe(2);
});

test("phones that only ask for news come later when the server says that all come at once", async () => {
  const phone = await world.joined();
  world.server.hints = { spread_s: 60 };
  await phone.submit(incident());
  await phone.sender.settled();
  expect((phone.snapshot().outbox.nextTryMs ?? 0) - world.nowMs).toBe(90_000);
});
