/** Opens a photo large over the page; Escape or a click closes it. Without scripts the link opens the photo itself. */

export function start(section: HTMLElement): void {
  if (typeof HTMLDialogElement === "undefined") return;
  const dialog = document.createElement("dialog");
  dialog.className = "photo-large";
  const picture = document.createElement("img");
  const close = document.createElement("button");
  close.className = "button";
  close.textContent = section.dataset["close"] ?? "×";
  close.addEventListener("click", () => dialog.close());
  dialog.append(close, picture);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  for (const link of section.querySelectorAll<HTMLAnchorElement>("[data-photo]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      picture.src = link.href;
      picture.alt = link.querySelector("img")?.alt ?? "";
      dialog.showModal();
    });
  }
}
