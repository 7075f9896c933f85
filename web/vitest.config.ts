/** Runs the promises of core/, device/ and worker/ in Node, with an IndexedDB of its own. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["tests/**/*.test.ts"], environment: "node", testTimeout: 20_000 },
});
