/** Shows how long a one-time code can still be used, and says when it cannot any more. */

const SECOND_MS = 1000;

export function start(slip: HTMLElement): void {
  const left = slip.querySelector<HTMLElement>("[data-left]");
  const shown = left?.querySelector<HTMLElement>("[role=timer]");
  const over = slip.querySelector<HTMLElement>("[data-over]");
  if (!left || !shown || !over) return;
  // Counted from the page's own clock: that of the computer may be hours from the server's.
  const endsAt = performance.now() + Number(slip.dataset["seconds"] ?? "0") * SECOND_MS;

  const tick = (): void => {
    const seconds = Math.max(0, Math.ceil((endsAt - performance.now()) / SECOND_MS));
    shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds > 0) return;
    window.clearInterval(timer);
    left.hidden = true;
    over.hidden = false;
    slip.querySelector(".qr-box")?.remove();
  };
  left.hidden = false;
  const timer = window.setInterval(tick, SECOND_MS);
  tick();
}
