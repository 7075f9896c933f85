/** A phone in another hand shows nothing, and what it holds still reaches the server. */
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { incident, photo, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

async function everythingKept(): Promise<string> {
  const database = await openDB(world.databaseName);
  let text = "";
  for (const store of ["journal", "drafts", "draft_photos", "photo_bytes"])
    for (const row of await database.getAll(store)) {
      const parts = row instanceof ArrayBuffer ? [row] : Object.values(row as object);
      text += parts.map((part) => (part instanceof ArrayBuffer ? Buffer.from(part).toString("utf8") : JSON.stringify(part))).join("\n");
    }
  database.close();
  return text;
}

const draft = { id: "d", screen: "incident" as const, value: { text: "secret-words" }, photos: [], changedAtMs: 1 };

test("a draft cannot be read without the PIN, and can with it", async () => {
  const phone = await world.joined();
  await phone.saveDraft(draft);
  await phone.setPin("4711");
  const again = await world.phone();
  expect(again.snapshot()).toMatchObject({ stage: "locked", drafts: [], records: [], pin: true });
  expect(await again.unlock("0000")).toBe(false);
  expect(again.snapshot().drafts).toEqual([]);
  expect(await again.unlock("4711")).toBe(true);
  expect(again.snapshot().drafts[0]?.value).toEqual({ text: "secret-words" });
});

test("neither bodies nor drafts nor photos lie readable in the phone's database", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  await phone.saveDraft(draft);
  const bytes = new TextEncoder().encode("face-of-a-voter").buffer;
  const body = { ...incident().body, text: "hidden-sentence" };
  await phone.submit({ kind: "incident.report", body, photos: [{ bytes, mediaType: "image/jpeg" }] });
  const kept = await everythingKept();
  expect(kept).toContain("incident.report");
  for (const secret of ["secret-words", "hidden-sentence", "face-of-a-voter"]) expect(kept).not.toContain(secret);
});

test("a locked phone goes on sending", async () => {
  const phone = await world.joined();
  await phone.setPin("4711");
  world.isOnline = false;
  await phone.submit(incident(2, { photos: [photo(70_000)] }));
  phone.lock();
  expect(phone.snapshot()).toMatchObject({ stage: "locked", records: [], messages: [] });
  world.isOnline = true;
  await phone.sender.now();
  expect([world.server.entries.size, world.server.photos.size]).toEqual([1, 1]);
  expect(phone.snapshot().stage).toBe("locked");
});

test("nothing is recorded or exported while locked", async () => {
  const phone = await world.joined();
  await phone.setPin("4711");
  phone.lock();
  await expect(phone.submit(incident())).rejects.toThrow("locked");
  await expect(phone.saveDraft(draft)).rejects.toThrow("locked");
  await expect(phone.exportOutbox()).rejects.toThrow("locked");
});

test("a PIN is changed and taken away only by who knows it", async () => {
  const phone = await world.joined();
  await phone.saveDraft(draft);
  await phone.setPin("4711");
  await expect(phone.setPin("1234", "0000")).rejects.toThrow("wrong-pin");
  await phone.setPin("1234", "4711");
  phone.lock();
  expect(await phone.unlock("4711")).toBe(false);
  expect(await phone.unlock("1234")).toBe(true);
  await phone.setPin(null, "1234");
  expect((await world.phone()).snapshot()).toMatchObject({ stage: "ready", pin: false, drafts: [{ id: "d" }] });
});

test("a forgotten PIN never deletes what is unsent, however much one insists", async () => {
  const phone = await world.joined();
  await phone.setPin("4711");
  world.isOnline = false;
  await phone.submit(incident());
  phone.lock();
  expect(await phone.wipe(true)).toEqual({ refused: "unsent" });
  world.isOnline = true;
  await phone.sender.now();
  expect(await phone.wipe(false)).toEqual({});
  expect(phone.snapshot()).toMatchObject({ stage: "new", pin: false, records: [] });
});

test("an unlocked phone is wiped of unsent records only by insisting", async () => {
  const phone = await world.joined();
  world.isOnline = false;
  await phone.submit(incident());
  expect(await phone.wipe(false)).toEqual({ refused: "unsent" });
  expect(phone.snapshot().records).toHaveLength(1);
  expect(await phone.wipe(true)).toEqual({});
  expect(phone.snapshot()).toMatchObject({ stage: "new", records: [], me: undefined });
});
