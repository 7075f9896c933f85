/** Puts new figures into the map and its table in place: nothing is drawn anew, focus stays where it was. */

import type { MapAnswer } from "./answer.ts";

const CLASS = /^class-/;

export function showFigures(root: HTMLElement, answer: MapAnswer, isFirst: boolean): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-text]")) {
    const key = element.dataset["text"];
    if (key === "as_of" || key === "narrowed") put(element, answer[key]);
  }
  const narrowed = root.querySelector<HTMLElement>("[data-narrowed-box]");
  if (narrowed) narrowed.hidden = !answer.narrowed;
  put(root.querySelector(".map-drawing .map-as-of"), answer.map_as_of);
  showAreas(root, answer.areas);
  showTable(root, answer, isFirst);
}

/** Colours, counts and titles of the drawing, in place. */
export function showAreas(root: HTMLElement, areas: MapAnswer["areas"]): void {
  const drawing = root.querySelector(".map-drawing");
  if (!drawing) return;
  for (const [code, area] of Object.entries(areas)) {
    const shape = drawing.querySelector(`.map-shape[data-code="${code}"]`);
    const link = drawing.querySelector(`.map-area[data-code="${code}"]`);
    setClass(shape, area.class);
    if (shape?.getAttribute("fill") !== area.fill) shape?.setAttribute("fill", area.fill);
    if (link && !link.classList.contains("map-beside")) setClass(link, area.class);
    put(link?.querySelector("title"), area.title);
    put(link?.querySelector(".map-count"), area.count);
  }
}

function showTable(root: HTMLElement, answer: MapAnswer, isFirst: boolean): void {
  const table = root.querySelector<HTMLTableElement>(".map-table");
  if (!table) return;
  for (const row of root.querySelectorAll<HTMLElement>("[data-figures-of]")) {
    const fresh = answer.rows[row.dataset["figuresOf"] ?? ""];
    if (!fresh) continue;
    setClass(row.querySelector(".swatch"), fresh.class);
    for (const cell of row.querySelectorAll<HTMLElement>("[data-cell]")) {
      const words = fresh.cells[cell.dataset["cell"] ?? ""] ?? "";
      if (put(cell, words) && !isFirst) mark(cell);
    }
  }
  for (const head of table.querySelectorAll<HTMLElement>("th[data-column]"))
    head.setAttribute("aria-sort", answer.sort[head.dataset["column"] ?? ""] ?? "none");
  putInOrder(table, answer.order, isFirst);
}

/** Rows do not move under a hand or an eye: not while the pointer or the focus is in the table. */
function putInOrder(table: HTMLTableElement, order: string[], isAsked: boolean): void {
  const body = table.tBodies[0];
  if (!body || (!isAsked && (table.matches(":hover") || table.contains(document.activeElement)))) return;
  const rows = [...body.rows];
  if (rows.every((row, place) => row.dataset["code"] === order[place])) return;
  const focused = document.activeElement as HTMLElement | null;
  const rowByCode = new Map(rows.map((row) => [row.dataset["code"], row]));
  body.append(...order.map((code) => rowByCode.get(code)).filter((row) => row !== undefined));
  if (focused && table.contains(focused)) focused.focus({ preventScroll: true });
}

function setClass(element: Element | null, name: string): void {
  if (!element || element.classList.contains(name)) return;
  for (const each of [...element.classList]) if (CLASS.test(each)) element.classList.remove(each);
  element.classList.add(name);
}

function put(element: Element | null | undefined, words: string): boolean {
  if (!element || element.textContent === words) return false;
  element.textContent = words;
  return true;
}

function mark(cell: HTMLElement): void {
  cell.classList.add("has-changed");
  window.setTimeout(() => cell.classList.remove("has-changed"), 4000);
}
