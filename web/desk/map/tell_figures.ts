/** Speaks the number of incidents to a screen reader when it has changed, not oftener than can be listened to. */

import type { MapAnswer } from "./answer.ts";

const EVERY_MS = 20_000;

export function figureTeller(root: ParentNode): (answer: MapAnswer) => void {
  const line = root.querySelector<HTMLElement>("[data-live-said]");
  let told: string | null = null;
  let toldMs = -Infinity;
  let timer = 0;
  return (answer) => {
    const count = answer.rows[""]?.cells["incidents"] ?? "";
    window.clearTimeout(timer);
    // The first answer is what the page itself says.
    if (told === null) told = count;
    if (!line || count === told) return;
    const tell = () => {
      told = count;
      toldMs = performance.now();
      line.textContent = `${line.dataset["liveSaid"] ?? ""}: ${count}. ${answer.as_of}`;
    };
    timer = window.setTimeout(tell, Math.max(0, toldMs + EVERY_MS - performance.now()));
  };
}
