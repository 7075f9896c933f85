/** Leaves only the questions on which the accounts of a station disagree. */

export function start(section: HTMLElement): void {
  const toggle = section.querySelector<HTMLElement>("[data-toggle]");
  const box = toggle?.querySelector("input");
  if (!toggle || !box) return;
  toggle.hidden = false;
  box.addEventListener("change", () => {
    for (const row of section.querySelectorAll<HTMLElement>("tbody tr"))
      row.hidden = box.checked && !row.classList.contains("is-contested");
  });
}
