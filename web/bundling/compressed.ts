/** Lays a gzipped copy beside each built file, so that the server has nothing to compress on a thin line. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(js|css|html|svg|json|webmanifest)$/;

export function compressed(): Plugin {
  let folder = "";
  return {
    name: "sanad-compressed",
    apply: "build",
    enforce: "post",
    configResolved: (config) => void (folder = resolve(config.root, config.build.outDir)),
    closeBundle() {
      for (const found of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!found.isFile() || !TEXT.test(found.name)) continue;
        const file = join(found.parentPath, found.name);
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      }
    },
  };
}
