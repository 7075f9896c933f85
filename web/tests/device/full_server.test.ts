/** A server whose disk is nearly full is left in peace, and gets everything when it has room again. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { problem } from "./pretend_server.ts";
import { incident, photo, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

const full = (seconds: number) => problem(507, "storage-full", { "Retry-After": String(seconds) });
const asked = (path: string) => world.server.asked.filter((each) => each.path.startsWith(path)).length;

test("photos that are refused for want of room wait, and text goes at once", async () => {
  const phone = await world.joined();
  world.server.bend = (path) => (path.startsWith("/api/v1/photos") ? full(300) : null);
  await phone.submit(incident(2, { photos: [photo(1000, 1)] }));
  await phone.sender.settled();
  await phone.submit(incident(5));
  await phone.sender.settled();
  expect(world.server.entries.size).toBe(2);
  expect(asked("/api/v1/photos")).toBe(1);
  world.server.bend = () => null;
  await world.pass(400_000);
  expect(world.server.photos.size).toBe(1);
});

test("text that is refused for want of room waits as long as the server asks, and nobody is told to look at it", async () => {
  const phone = await world.joined();
  world.server.bend = () => full(60);
  await phone.submit(incident());
  await phone.sender.settled();
  const before = asked("/api/v1/sync");
  await world.pass(50_000);
  expect(asked("/api/v1/sync")).toBe(before);
  expect(phone.snapshot().records[0]).toMatchObject({ state: "phone", attempts: 0 });
  world.server.bend = () => null;
  await world.pass(20_000);
  expect(phone.snapshot().records[0]?.state).toBe("server");
});

test("while photos are held back the phone asks no more often than for news", async () => {
  const phone = await world.joined();
  // This photo was tried before, and its time to be tried again passes while photos are held back.
  world.server.bend = (path) => (path.startsWith("/api/v1/photos") ? problem(404, "photo-not-named") : null);
  await phone.submit(incident(2, { photos: [photo(1000, 1)] }));
  await phone.sender.settled();
  world.server.bend = () => null;
  world.server.hints = { photos: "hold" };
  await phone.submit(incident(5));
  await phone.sender.settled();
  await world.pass(120_000);
  const before = asked("/api/v1/sync");
  for (let second = 0; second < 300; second++) await world.pass(1_000);
  expect(asked("/api/v1/sync") - before).toBeLessThanOrEqual(6);
  expect(world.server.photos.size).toBe(0);
  world.server.hints = {};
  await world.pass(120_000);
  expect(world.server.photos.size).toBe(1);
});
