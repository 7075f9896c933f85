/** The filters of the map: every choice is in the address, so that a link shows the same view. */

export interface Filters {
  /** The query string of what is chosen now, without the question mark. */
  query(): string;
  /** Sets one field of the query that has no visible control, such as the sorting. */
  set(name: string, value: string): void;
}

export function readFilters(root: HTMLElement, changed: () => void): Filters {
  const form = root.querySelector<HTMLFormElement>("[data-filters]");
  if (!form) return { query: () => "", set: () => undefined };
  form.querySelector<HTMLElement>("[data-apply]")?.setAttribute("hidden", "");
  const filters: Filters = {
    query: () => queryOf(form),
    set: (name, value) => {
      const field = form.elements.namedItem(name);
      if (!(field instanceof HTMLInputElement)) return;
      field.value = value;
      field.disabled = !value;
    },
  };
  const apply = () => {
    writeAddress(root, filters.query());
    changed();
  };
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  return filters;
}

function queryOf(form: HTMLFormElement): string {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const field = form.elements.namedItem(name);
    const isWholeDay = field instanceof HTMLInputElement && field.type === "range" && field.value === field.max;
    if (typeof value === "string" && value && !isWholeDay) query.set(name, value);
  }
  return query.toString();
}

/** The address bar and every link that carries the view along follow the filters. */
export function writeAddress(root: HTMLElement, query: string): void {
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
  for (const link of root.querySelectorAll<HTMLAnchorElement>("a[data-query]")) {
    const own = new URLSearchParams(query);
    for (const [name, value] of new URLSearchParams(link.dataset["query"])) {
      if (value) own.set(name, value);
      else own.delete(name);
    }
    link.search = own.toString();
  }
  const clear = root.querySelector<HTMLElement>("[data-clear]");
  const kept = new URLSearchParams(query);
  for (const name of ["view", "sort", "order"]) kept.delete(name);
  if (clear) clear.hidden = kept.size === 0;
}
