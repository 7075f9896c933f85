/** A form is sent once, however often its button is pressed while the answer is on its way. */

/** A line may break without any answer; whoever presses again after that wants to try again. */
const PATIENCE_MS = 10_000;

export function sendOnce(): void {
  const sentMs = new Map<EventTarget, number>();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    const now = performance.now();
    if (now - (sentMs.get(form) ?? -Infinity) < PATIENCE_MS) event.preventDefault();
    else sentMs.set(form, now);
  });
  // A page that is come back to is a page that may be sent again.
  window.addEventListener("pageshow", () => sentMs.clear());
}
