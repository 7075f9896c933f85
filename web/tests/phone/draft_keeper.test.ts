/** What is typed is on the disk soon, whole, and never older than what is seen. */
import { expect, test, vi } from "vitest";
import { DraftKeeper, TYPING_PAUSE_MS, type DraftContent } from "../../phone/forms/draft_keeper.ts";

function keeperOf(save: (content: DraftContent<string>) => Promise<void>) {
  const told: boolean[] = [];
  const failed = vi.fn();
  const keeper = new DraftKeeper<string>(
    { value: "", photos: [] },
    save,
    (_content, isKept) => told.push(isKept),
    failed,
  );
  return { keeper, told, failed, type: (value: string) => keeper.set({ value, photos: [] }, true) };
}

test("typing is written after a pause, an answer at once", async () => {
  vi.useFakeTimers();
  const written: string[] = [];
  const { keeper, type } = keeperOf(async ({ value }) => void written.push(value));
  type("a");
  type("ab");
  await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS - 1);
  expect(written).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(written).toEqual(["ab"]);
  keeper.set({ value: "yes", photos: [] }, false);
  await keeper.flush();
  expect(written).toEqual(["ab", "yes"]);
  vi.useRealTimers();
});

test("a slow write is never overtaken, and the newest values come last", async () => {
  const written: string[] = [];
  const { keeper, told, type } = keeperOf(async ({ value }) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    written.push(value);
  });
  type("old");
  const first = keeper.flush();
  type("new");
  await Promise.all([first, keeper.flush()]);
  expect(written.at(-1)).toBe("new");
  expect(told.at(-1)).toBe(true);
});

test("nothing is written while it is handed in, and all of it when that failed", async () => {
  const written: string[] = [];
  const { keeper, type } = keeperOf(async ({ value }) => void written.push(value));
  keeper.hold(true);
  type("late");
  await keeper.flush();
  expect(written).toEqual([]);
  keeper.hold(false);
  await keeper.flush();
  expect(written).toEqual(["late"]);
});

test("a full disk is told, and the next attempt has everything", async () => {
  let isFull = true;
  const { keeper, failed, told, type } = keeperOf(() =>
    isFull ? Promise.reject(new Error("full")) : Promise.resolve(),
  );
  type("words");
  expect(await keeper.flush()).toEqual(new Error("full"));
  expect([failed.mock.calls.length, told.at(-1)]).toEqual([1, false]);
  isFull = false;
  expect(await keeper.flush()).toBe(null);
  expect(told.at(-1)).toBe(true);
});
