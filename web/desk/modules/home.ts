/** The first screen, alive: each part is exchanged only when it says something else; focus stays where it was. */

import { follow, stateTeller } from "../live.ts";
import type { MapAnswer } from "../map/answer.ts";
import { showAreas } from "../map/show_figures.ts";

interface HomeAnswer {
  as_of: string;
  parts: Record<string, string>;
  areas: MapAnswer["areas"];
}

export function start(root: HTMLElement): void {
  const shown = new Map<string, string>();
  follow<HomeAnswer>({
    address: () => root.dataset["figures"] ?? "/home/figures",
    show: (answer) => {
      const stamp = root.querySelector("[data-text='as_of']");
      if (stamp && stamp.textContent !== answer.as_of) stamp.textContent = answer.as_of;
      showAreas(root, answer.areas);
      for (const part of root.querySelectorAll<HTMLElement>("[data-part]")) {
        const name = part.dataset["part"] ?? "";
        const fresh = answer.parts[name];
        if (fresh !== undefined && fresh !== shown.get(name)) exchange(part, fresh, shown.has(name));
        if (fresh !== undefined) shown.set(name, fresh);
      }
    },
    tell: stateTeller(root),
  });
}

/** The server's own markup, escaped there; the link that had the focus has it again. */
function exchange(part: HTMLElement, markup: string, isChange: boolean): void {
  const focused = document.activeElement;
  const href = part.contains(focused) ? focused?.getAttribute("href") : null;
  part.innerHTML = markup;
  if (href) part.querySelector<HTMLElement>(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
  if (isChange) part.classList.add("has-changed");
  if (isChange) window.setTimeout(() => part.classList.remove("has-changed"), 4000);
}
