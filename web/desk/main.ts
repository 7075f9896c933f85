/** Starts the modules that the elements of a desk page name in `data-module`; the page reads without them. */

import { sendOnce } from "./parts/send_once.ts";

type Start = (element: HTMLElement) => void | Promise<void>;

const sources = import.meta.glob<{ start: Start }>("./modules/*.ts");

for (const element of document.querySelectorAll<HTMLElement>("[data-module]")) {
  for (const name of (element.dataset["module"] ?? "").split(/\s+/)) {
    const source = sources[`./modules/${name}.ts`];
    if (source) void source().then((module) => module.start(element));
  }
}

sendOnce();
