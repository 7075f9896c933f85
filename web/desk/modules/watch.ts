/** The lights of "is everything all right?", asked for again while somebody looks; exchanged only when they changed. */

import { follow, stateTeller } from "../live.ts";

interface WatchAnswer {
  as_of: string;
  parts: Record<string, string>;
}

/** The server measures at most every ten seconds, and nobody acts faster than in fifteen. */
const EVERY_MS = 15_000;

export function start(root: HTMLElement): void {
  let shown = "";
  follow<WatchAnswer>({
    everyMs: EVERY_MS,
    address: () => root.dataset["figures"] ?? "/watch/lights",
    show: (answer) => {
      const stamp = root.querySelector("[data-text='as_of']");
      if (stamp && stamp.textContent !== answer.as_of) stamp.textContent = answer.as_of;
      const part = root.querySelector<HTMLElement>("[data-part='lights']");
      const fresh = answer.parts["lights"];
      if (part && fresh !== undefined && fresh !== shown && !part.contains(document.activeElement)) {
        // The server's own markup, escaped there. Not under somebody's focus: it comes with the next round.
        if (shown) part.innerHTML = fresh;
        shown = fresh;
      }
    },
    tell: stateTeller(root),
  });
}
