/** Builds the small scripts of the desk pages; what only a map needs is fetched only by a page with a map. */
import { defineConfig } from "vite";
import { compressed } from "./bundling/compressed.ts";

export default defineConfig({
  base: "/static/desk/",
  publicDir: false,
  plugins: [compressed()],
  build: {
    outDir: "dist/desk",
    emptyOutDir: true,
    manifest: true,
    target: ["chrome119", "safari15.4", "firefox115"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: { desk: "desk/main.ts", style: "desk/desk.css" } },
  },
});
