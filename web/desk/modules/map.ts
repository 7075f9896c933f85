/** The map page, alive: figures, colours and table follow what arrives; filters act at once. */

import type { MapAnswer } from "../map/answer.ts";
import { readFilters, writeAddress } from "../map/filters.ts";
import { showFigures } from "../map/show_figures.ts";
import { figureTeller } from "../map/tell_figures.ts";
import { startSlider } from "../map/time_slider.ts";
import { follow, stateTeller } from "../live.ts";

export function start(root: HTMLElement): void {
  const address = root.dataset["figures"] ?? "/map/figures";
  // The page as it came is already right: what is marked as changed is what changes afterwards.
  let shown = location.search.slice(1);
  const filters = readFilters(root, () => void following.askNow());
  const tellFigures = figureTeller(root);
  const following = follow<MapAnswer>({
    address: () => `${address}?${filters.query()}`,
    show: (answer) => {
      const query = filters.query();
      showFigures(root, answer, query !== shown);
      tellFigures(answer);
      shown = query;
    },
    tell: stateTeller(root),
  });
  startSlider(root, async () => {
    writeAddress(root, filters.query());
    await following.askNow();
  });
  lightTogether(root);
  for (const link of root.querySelectorAll<HTMLAnchorElement>(".map-table .sort"))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const head = link.closest("th");
      const column = head?.dataset["column"] ?? "";
      const now = head?.getAttribute("aria-sort");
      const isUp = now === "descending" || (column === "name" && now !== "ascending");
      filters.set("sort", column);
      filters.set("order", isUp ? "ascending" : "descending");
      writeAddress(root, filters.query());
      void following.askNow();
    });
}

/** A governorate under the pointer or in focus is lit in the table as well, and the other way round. */
function lightTogether(root: HTMLElement): void {
  const light = (event: Event, isLit: boolean) => {
    const code = (event.target as Element | null)?.closest("[data-code]")?.getAttribute("data-code");
    if (!code) return;
    for (const each of root.querySelectorAll(`[data-code="${code}"]`)) each.classList.toggle("is-lit", isLit);
  };
  for (const name of ["pointerover", "focusin"]) root.addEventListener(name, (event) => light(event, true));
  for (const name of ["pointerout", "focusout"]) root.addEventListener(name, (event) => light(event, false));
}
