/** Shows how far a list has been taken in, and loads the page again when it is. */

const EVERY_MS = 700;

interface Progress {
  state: string;
  done: number;
  total: number;
}

export function start(card: HTMLElement): void {
  const bar = card.querySelector("progress");
  const line = card.querySelector<HTMLElement>("[role=status]");

  const ask = async (): Promise<void> => {
    const answer = await fetch(window.location.pathname, {
      headers: { Accept: "application/json", "X-Sanad-Poll": "1" },
      cache: "no-store",
    });
    if (!answer.ok) return;
    const progress = (await answer.json()) as Progress;
    if (progress.state !== "running") return window.location.reload();
    if (bar) bar.value = progress.done;
    if (line) line.textContent = (card.dataset["said"] ?? "#").replace("#", progress.done.toLocaleString("en-US"));
  };
  // A lost answer is asked for again; the page also loads itself anew now and then.
  window.setInterval(() => void ask().catch(() => undefined), EVERY_MS);
}
