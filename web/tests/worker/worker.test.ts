/** The app opens without a network, whole or not at all, and what is recorded never passes through its cache. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "vite";

const ROOT = new URL("../..", import.meta.url).pathname;
let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "phone-"));
  await build({ root: ROOT, configFile: join(ROOT, "vite.phone.config.ts"), logLevel: "error", build: { outDir: folder } });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const built = () => (readdirSync(folder, { recursive: true }) as string[]).filter((name) => /\.\w+$/.test(name));

/** The worker as a browser runs it, with a network and a cache that tell what they were asked. */
function started() {
  const act: Record<string, (event: any) => void> = {};
  const kept = new Map<string, string>();
  const deleted: string[] = [];
  const fetched: string[] = [];
  let skipped = 0;
  const cache = {
    addAll: async (requests: any[]) => requests.forEach(({ url, cache }) => kept.set(url, cache)),
    match: async (asked: any) => (kept.has(asked.path ?? asked) ? `kept ${asked.path ?? asked}` : undefined),
  };
  const self = {
    addEventListener: (name: string, listener: (event: any) => void) => (act[name] = listener),
    location: { origin: "https://sanad.example" }, clients: { claim: async () => {}, matchAll: async () => [] },
    skipWaiting: async () => void skipped++,
  };
  const caches = {
    open: async () => cache, keys: async () => ["sanad-phone-old", "somebody-else"],
    delete: async (name: string) => deleted.push(name),
  };
  class Request { constructor(readonly url: string, readonly asked: any) { Object.assign(this, asked); } }
  const fetch = async ({ path }: any) => (fetched.push(path), `fetched ${path}`);
  runInNewContext(readFileSync(join(folder, "sw.js"), "utf8"), { self, caches, Request, fetch, URL });
  const lasting = async (name: string, event: object = {}) => {
    let work: Promise<unknown> = Promise.resolve();
    act[name]?.({ ...event, waitUntil: (promise: Promise<unknown>) => (work = promise) });
    await work;
  };
  const ask = async (path: string, changed: object = {}) => {
    let answer: unknown = "left alone";
    const request = { url: `https://sanad.example${path}`, path, method: "GET", mode: "cors", ...changed };
    act["fetch"]?.({ request, respondWith: (given: unknown) => (answer = given) });
    return answer;
  };
  return { lasting, ask, kept, deleted, fetched, skips: () => skipped };
}

test("one script, one style sheet and no word from elsewhere", () => {
  const scripts = built().filter((name) => /assets\/index-.*\.js$/.test(name));
  expect([scripts.length, built().filter((name) => name.endsWith(".css")).length]).toEqual([1, 1]);
  const page = readFileSync(join(folder, "index.html"), "utf8");
  // The content security policy refuses scripts and styles written into the page.
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  expect(page.match(/(?:src|href)="([^"]+)"/g)?.every((link) => link.includes('"/phone/'))).toBe(true);
});

test("what an observer loads is at most 100 KB packed", () => {
  const packed = built().filter((name) => /\.(js|css|html)\.gz$/.test(name));
  const bytes = packed.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
  expect(packed.length).toBeGreaterThanOrEqual(3);
  expect(bytes).toBeLessThan(100 * 1024);
});

test("every built file is kept at installation, past the browser's cache, and nothing else", async () => {
  const { lasting, kept, skips } = started();
  await lasting("install");
  const files = built().filter((name) => !name.endsWith(".gz") && name !== "sw.js").map((name) => (name === "index.html" ? "" : name));
  expect([...kept.keys()].sort()).toEqual(files.map((name) => `/phone/${name}`).sort());
  expect(new Set(kept.values())).toEqual(new Set(["reload"]));
  expect(skips()).toBe(0);
});

test("any address of the app is answered with the kept page", async () => {
  const { lasting, ask, fetched } = started();
  await lasting("install");
  expect(await ask("/phone/tape/138450-03", { mode: "navigate" })).toBe("kept /phone/");
  expect(await ask("/phone/icon.svg")).toBe("kept /phone/icon.svg");
  expect(fetched).toEqual([]);
});

test("what is recorded is never touched", async () => {
  const { lasting, ask } = started();
  await lasting("install");
  expect(await ask("/api/v1/sync", { method: "POST" })).toBe("left alone");
  expect(await ask("/api/v1/pack")).toBe("left alone");
  expect(await ask("/map")).toBe("left alone");
});

test("a new version takes over only when it is told to, and clears only what is its own", async () => {
  const { lasting, deleted, skips } = started();
  await lasting("install");
  await lasting("message", { data: "something" });
  expect(skips()).toBe(0);
  await lasting("message", { data: "skip-waiting" });
  expect(skips()).toBe(1);
  await lasting("activate");
  expect(deleted).toEqual(["sanad-phone-old"]);
});
