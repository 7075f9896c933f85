/** Builds the observer's phone app: one script, one style sheet, one service worker that knows them. */
import { defineConfig } from "vite";
import { compressed } from "./bundling/compressed.ts";
import { serviceWorker } from "./bundling/service_worker.ts";

export default defineConfig({
  base: "/phone/",
  publicDir: "public",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { fs: { allow: [".."] } },
  plugins: [serviceWorker("worker/sw.ts"), compressed()],
  build: {
    outDir: "dist/phone",
    emptyOutDir: true,
    // The floor is Chrome 119 and Safari 15.4 (the last for Android 7 and for a five-year-old iPhone).
    target: ["chrome119", "safari15.4"],
    cssTarget: ["chrome119", "safari15.4"],
    // The polyfill is an inline-ish script and data: addresses are refused by the content security policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
