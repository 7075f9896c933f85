/** Says that a file is too large before it travels: over a thin line that is known only after half an hour. */

export function start(field: HTMLElement): void {
  if (!(field instanceof HTMLInputElement)) return;
  const said = document.createElement("p");
  said.className = "notice bad";
  said.setAttribute("role", "alert");
  said.hidden = true;
  field.after(said);
  field.addEventListener("change", () => {
    const isTooLarge = (field.files?.[0]?.size ?? 0) > Number(field.dataset["most"]);
    const words = isTooLarge ? (field.dataset["tooLarge"] ?? "") : "";
    field.setCustomValidity(words);
    field.setAttribute("aria-invalid", String(isTooLarge));
    said.hidden = !isTooLarge;
    said.textContent = words;
  });
}
