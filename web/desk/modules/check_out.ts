/** Takes the report in hand when a finding is begun, renews that while the page is open, and lets go on leaving. */
import { csrf, send } from "../parts/page.ts";

// A third of the ten minutes that a report is held: two renewals may fail before it is free.
const RENEW_MS = 200_000;

export function start(banner: HTMLElement): void {
  const path = banner.dataset["path"] ?? "";
  const state = banner.querySelector<HTMLElement>("[data-state]");
  const form = document.querySelector<HTMLFormElement>(".finding-form");
  let isMine = banner.dataset["mine"] === "yes";
  let isSent = false;
  if (banner.dataset["other"] === "yes") return;

  const take = async () => {
    const answer = await send(`${path}/check-out`).catch(() => null);
    if (!answer) return;
    // Signed out, every further letter would be refused as well; once said is enough.
    isMine = answer.ok || answer.status === 401;
    const text = answer.ok ? banner.dataset["taken"] : wordsAbout(answer.status);
    if (state && text) state.textContent = text;
    banner.classList.toggle("notice", answer.status === 409 || answer.status === 401);
    banner.classList.toggle("wait", answer.status === 409 || answer.status === 401);
  };
  const wordsAbout = (status: number) =>
    status === 409 ? banner.dataset["lost"] : status === 401 ? banner.dataset["ended"] : null;
  form?.addEventListener("input", () => {
    if (!isMine) {
      isMine = true;
      void take();
    }
  });
  // Recording the finding lets go of the report by itself.
  document.addEventListener("submit", () => (isSent = true));
  window.setInterval(() => void (isMine && take()), RENEW_MS);
  window.addEventListener("pagehide", () => {
    if (!isMine || isSent) return;
    navigator.sendBeacon(`${path}/check-in`, new URLSearchParams({ csrf: csrf() }));
  });
}
