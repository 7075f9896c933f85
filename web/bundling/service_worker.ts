/** Fills the service worker with the names of exactly the files that were built, and a version made of their bytes. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transformWithOxc, type Plugin } from "vite";

export function serviceWorker(source: string): Plugin {
  let root = "";
  let base = "/";
  let publicFolder = "";
  return {
    name: "sanad-service-worker",
    apply: "build",
    configResolved(config) {
      root = config.root;
      base = config.base;
      publicFolder = config.publicDir;
    },
    generateBundle: {
      // After Vite's own page plugin, or the page itself would be missing from the list.
      order: "post",
      async handler(_options, bundle) {
        const digest = createHash("sha256");
        const files: string[] = [];
        for (const [name, built] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1))) {
          digest.update(name).update(built.type === "chunk" ? built.code : built.source);
          files.push(name === "index.html" ? base : base + name);
        }
        for (const name of readdirSync(publicFolder).sort()) {
          digest.update(name).update(readFileSync(join(publicFolder, name)));
          files.push(base + name);
        }
        const text = readFileSync(join(root, source), "utf8");
        digest.update(text);
        const script = (await transformWithOxc(text, source)).code
          .replace("__VERSION__", JSON.stringify(digest.digest("hex").slice(0, 16)))
          .replace("__FILES__", JSON.stringify(files))
          .replace(/^export \{\};?$/m, "");
        this.emitFile({ type: "asset", fileName: "sw.js", source: script });
      },
    },
  };
}
