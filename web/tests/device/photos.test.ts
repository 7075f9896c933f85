/** A photo arrives whole or not at all, and never before what is more urgent. */
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestOf } from "../../core/entry.ts";
import { problem } from "./pretend_server.ts";
import { incident, photo, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

const pieces = () => world.server.asked.filter(({ path, bytes }) => path.startsWith("/api/v1/photos") && bytes > 0).map(({ bytes }) => bytes);
const sentBytes = () => pieces().reduce((sum, bytes) => sum + bytes, 0);

test("a photo goes in pieces that grow as long as the line holds, and is named by its digest", async () => {
  const phone = await world.joined();
  const picture = photo(200_000);
  await phone.submit(incident(2, { photos: [picture] }));
  await phone.sender.settled();
  expect(pieces()).toEqual([8, 16, 32, 64].map((kib) => kib * 1024).concat(200_000 - 120 * 1024));
  expect([...world.server.photos.keys()]).toEqual([await digestOf(picture.bytes)]);
  expect(phone.snapshot().records[0]).toMatchObject({ state: "server", photos: [{ sent: true }] });
});

test("after a cut the upload goes on where it was, also in an app that was killed", async () => {
  const phone = await world.joined();
  let left = 2;
  world.server.bend = (_path, { method }) => (method === "PATCH" && left-- <= 0 ? "lose-request" : null);
  await phone.submit(incident(2, { photos: [photo(400_000)] }));
  await phone.sender.settled();
  expect(world.server.photos.size).toBe(0);
  const lost = pieces().at(-1) ?? 0;
  world.server.bend = () => null;
  const again = await world.phone();
  await again.sender.settled();
  expect(world.server.photos.size).toBe(1);
  expect(sentBytes()).toBe(400_000 + lost);
});

test("a piece whose answer was lost is not sent a second time", async () => {
  const phone = await world.joined();
  let lost = 0;
  world.server.bend = (_path, { method }) => (method === "PATCH" && lost++ === 0 ? "lose-answer" : null);
  await phone.submit(incident(2, { photos: [photo(300_000)] }));
  await phone.sender.settled();
  await world.pass(60_000);
  expect(world.server.photos.size).toBe(1);
  expect(sentBytes()).toBe(300_000);
});

test("bytes that arrived changed are sent again from the beginning", async () => {
  const phone = await world.joined();
  let changed = 0;
  world.server.bend = (_path, { method }) => {
    const upload = [...world.server.uploads.values()][0];
    if (method === "PATCH" && upload && changed++ === 0) upload.bytes[0]! ^= 1;
    return null;
  };
  await phone.submit(incident(2, { photos: [photo(150_000)] }));
  await phone.sender.settled();
  expect(world.server.photos.size).toBe(1);
});

test("a photo whose entry the server does not know yet waits, and the others go", async () => {
  const phone = await world.joined();
  const first = photo(1000, 1);
  const digest = await digestOf(first.bytes);
  world.server.bend = (_path, request) =>
    new Headers(request.headers).get("Upload-Metadata")?.includes(btoa(digest)) ? problem(404, "photo-not-named") : null;
  world.isOnline = false;
  await phone.submit(incident(2, { photos: [first] }));
  await phone.submit(incident(2, { photos: [photo(1000, 2)] }));
  world.isOnline = true;
  await phone.retryNow();
  expect(phone.snapshot().records.map((record) => record.photos[0]?.sent)).toEqual([false, true]);
  world.server.bend = () => null;
  await phone.retryNow();
  expect(world.server.photos.size).toBe(2);
});

async function spoil(change: (bytes: Map<string, ArrayBuffer>) => void): Promise<void> {
  const database = await openDB(world.databaseName);
  const digests = (await database.getAllKeys("photo_bytes")) as string[];
  const bytes = new Map<string, ArrayBuffer>();
  for (const digest of digests) bytes.set(digest, await database.get("photo_bytes", digest));
  change(bytes);
  for (const [digest, sealed] of bytes) await database.put("photo_bytes", sealed, digest);
  database.close();
}

test("a photo that the phone's memory spoiled is shown for a look and never sent, and the others go", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  for (const seed of [1, 2, 3]) await phone.submit(incident(2, { photos: [photo(1000, seed)] }));
  const [first, second] = phone.snapshot().records.map((record) => record.photos[0]?.digest as string);
  // Whole and readable, but each under the other's name.
  await spoil((bytes) => {
    const [one, other] = [bytes.get(first!)!, bytes.get(second!)!];
    bytes.set(first!, other).set(second!, one);
  });
  world.isOnline = true;
  await phone.retryNow();
  expect(phone.snapshot().records.map((record) => record.state)).toEqual(["look", "look", "server"]);
  expect(world.server.photos.size).toBe(1);
});

test("photos of tapes go before all others", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  for (const seed of [1, 2, 3, 4, 5]) await phone.submit(incident(2, { photos: [photo(1000, seed)] }));
  await phone.submit({ kind: "tape.submit", body: { station: "138450-03" }, photos: [photo(2000, 6), photo(2000, 7)] });
  world.isOnline = true;
  await phone.retryNow();
  expect([...world.server.photos.values()].map((bytes) => bytes.length)).toEqual([2000, 2000, 1000, 1000, 1000, 1000, 1000]);
});

test("what is recorded while a photo is under way goes between two of its pieces", async () => {
  const phone = await world.joined();
  let wrote: Promise<unknown> | null = null;
  world.server.bend = (_path, { method }) => {
    if (method === "PATCH") wrote ??= phone.submit(incident(5));
    // A slow line, so that there are many pieces.
    world.nowMs += 1000;
    return null;
  };
  await phone.submit(incident(2, { photos: [photo(2_000_000)] }));
  await phone.sender.settled();
  await wrote;
  await phone.sender.settled();
  expect(world.server.kindsInOrder()).toEqual(["incident.report", "incident.report", "photo"]);
});

test("a photo that the server lost is sent again", async () => {
  const phone = await world.joined();
  await phone.submit(incident(2, { photos: [photo(1000)] }));
  await phone.sender.settled();
  world.server.photos.clear();
  world.server.uploads.clear();
  await phone.retryNow();
  expect(world.server.photos.size).toBe(1);
});

test("on a line that breaks every few seconds little is sent twice and the waits do not grow", async () => {
  const phone = await world.joined();
  const [size, betweenCuts] = [500_000, 24_000];
  let left = betweenCuts;
  let [cuts, wasted] = [0, 0];
  world.server.bend = (path, { body }) => {
    if (!path.startsWith("/api/v1/photos") || !(body instanceof ArrayBuffer)) return null;
    // 64 kbit/s
    world.nowMs += body.byteLength / 8;
    left -= body.byteLength;
    if (left > 0 || cuts === 20) return null;
    wasted += body.byteLength + left;
    [left, cuts] = [betweenCuts, cuts + 1];
    return "lose-request";
  };
  await phone.submit(incident(2, { photos: [photo(size)] }));
  await phone.sender.settled();
  const beganMs = world.nowMs;
  while (world.server.photos.size === 0 && world.nowMs - beganMs < 600_000) await world.pass(1_000);
  expect(cuts).toBe(20);
  expect(world.server.photos.size).toBe(1);
  expect(wasted).toBeLessThan(size / 10);
});

test("a server that wants photos later hears no more of them until then, and of texts at once", async () => {
  const phone = await world.joined();
  world.server.bend = (path) => (path.startsWith("/api/v1/photos") ? problem(503, "busy", { "Retry-After": "40" }) : null);
  await phone.submit(incident(2, { photos: [photo(1000, 1)] }));
  await phone.submit(incident(2, { photos: [photo(1000, 2)] }));
  await phone.sender.settled();
  expect(pieces()).toHaveLength(1);
  await world.pass(20_000);
  await phone.submit(incident(5));
  await phone.sender.settled();
  expect(world.server.entries.size).toBe(3);
  expect(pieces()).toHaveLength(1);
  expect(phone.snapshot().outbox.lastError).toBeUndefined();
  world.server.bend = () => null;
  await world.pass(60_000);
  expect(world.server.photos.size).toBe(2);
});
