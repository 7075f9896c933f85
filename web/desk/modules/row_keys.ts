/** Walks through the rows of a list with j and k, chooses one with x, and goes to the search field with /. */
import { isTyping, letterOf } from "../parts/page.ts";

export function start(box: HTMLElement): void {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    const key = letterOf(event);
    if (key === "j") step(box, 1);
    else if (key === "k") step(box, -1);
    else if (key === "x") toggle(box);
    else if (event.key === "/") focusSearch();
    else return;
    event.preventDefault();
  });
}

function links(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>("[data-row-link]")];
}

function step(box: HTMLElement, by: number): void {
  const all = links(box);
  const here = all.findIndex((link) => link.closest("tr") === document.activeElement?.closest("tr"));
  const next = here === -1 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  all[next]?.focus();
  all[next]?.closest("tr")?.scrollIntoView({ block: "nearest" });
}

function toggle(box: HTMLElement): void {
  const row = document.activeElement?.closest("tr");
  if (row && box.contains(row)) row.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click();
}

function focusSearch(): void {
  const field = document.querySelector<HTMLElement>('[data-focus-key="/"]');
  const fold = field?.closest("details");
  if (fold) fold.open = true;
  field?.focus();
}
