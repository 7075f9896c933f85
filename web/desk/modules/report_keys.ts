/** One report after the other by keyboard: j and k for the neighbours, u, d and c for the finding, ? for help. */
import { isTyping, letterOf } from "../parts/page.ts";

export function start(help: HTMLElement): void {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || document.querySelector("dialog[open]")) return;
    if (event.key === "?" || event.key === "؟") {
      if (help instanceof HTMLDetailsElement) help.open = !help.open;
      help.querySelector("summary")?.focus();
      return;
    }
    const target = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(letterOf(event))}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
    if (target instanceof HTMLInputElement) afterFinding(target);
  });
}

/** To uphold needs no word; to doubt or correct begins with one. */
function afterFinding(chosen: HTMLInputElement): void {
  const next = chosen.value === "uphold" ? chosen : document.getElementById("reason");
  next?.focus();
  next?.scrollIntoView({ block: "center" });
}
