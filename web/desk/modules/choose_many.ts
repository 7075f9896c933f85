/** Says how many reports are chosen, and chooses all that are shown. */

export function start(form: HTMLElement): void {
  const said = form.dataset["said"] ?? "#";
  const count = form.querySelector<HTMLElement>("[data-count]");
  const all = form.querySelector<HTMLInputElement>("[data-all]");
  const button = form.querySelector<HTMLButtonElement>("button");
  if (!count || !all || !button) return;
  const none = count.textContent ?? "";
  const boxes = () => [...document.querySelectorAll<HTMLInputElement>('input[name="report"]')];
  const show = () => {
    const chosen = boxes().filter((box) => box.checked);
    count.textContent = chosen.length === 0 ? none : said.replace("#", String(chosen.length));
    button.disabled = chosen.length === 0;
    form.classList.toggle("is-idle", chosen.length === 0);
    all.checked = chosen.length > 0 && chosen.length === boxes().length;
    all.indeterminate = chosen.length > 0 && !all.checked;
    for (const box of boxes()) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    show();
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name === "report") show();
  });
  show();
}
