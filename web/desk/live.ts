/** Asks again and again whether figures have changed, only while somebody looks, and says when it cannot. */

const EVERY_MS = 1000;
/** After a failure the next try comes later and later: a line that is down is not helped by asking. */
const LATEST_MS = 30_000;

export type LiveState = "live" | "lost" | "ended";

export interface Followed<Answer> {
  /** The address to ask; read anew each time, because filters change it. */
  address(): string;
  show(answer: Answer): void;
  tell(state: LiveState): void;
  /** Between two questions; a second when nothing is said. */
  everyMs?: number;
}

export interface Following {
  /** Asks at once; resolves when the answer is shown. */
  askNow(): Promise<void>;
}

export function follow<Answer>(followed: Followed<Answer>): Following {
  let tag = "";
  let tagAddress = "";
  let failures = 0;
  let timer = 0;
  let round = 0;

  async function ask(): Promise<void> {
    window.clearTimeout(timer);
    const mine = ++round;
    try {
      await fetchOnce(mine);
      failures = 0;
    } catch {
      failures += 1;
      if (mine === round) followed.tell("lost");
    }
    if (mine === round) schedule();
  }

  async function fetchOnce(mine: number): Promise<void> {
    const address = followed.address();
    const headers: Record<string, string> = { Accept: "application/json", "X-Sanad-Poll": "1" };
    if (address === tagAddress && tag) headers["If-None-Match"] = tag;
    const response = await fetch(address, { headers, cache: "no-store", credentials: "same-origin" });
    if (mine !== round) return;
    if (response.status === 401 || response.status === 403) {
      round = -1;
      followed.tell("ended");
      return;
    }
    if (response.status !== 304) {
      if (!response.ok) throw new Error(String(response.status));
      const answer = (await response.json()) as Answer;
      if (mine !== round) return;
      tag = response.headers.get("ETag") ?? "";
      tagAddress = address;
      followed.show(answer);
    }
    followed.tell("live");
  }

  function schedule(): void {
    if (document.hidden) return;
    const everyMs = followed.everyMs ?? EVERY_MS;
    timer = window.setTimeout(() => void ask(), Math.min(LATEST_MS, everyMs * 2 ** Math.min(failures, 5)));
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && round >= 0) void ask();
  });
  window.addEventListener("online", () => void (round >= 0 && ask()));
  void ask();
  return { askNow: () => (round >= 0 ? ask() : Promise.resolve()) };
}

/** Shows the state in the element that carries its three sentences. */
export function stateTeller(root: ParentNode): (state: LiveState) => void {
  const element = root.querySelector<HTMLElement>("[data-live-state]");
  return (state) => {
    if (!element) return;
    const sentence = element.dataset[state] ?? "";
    element.hidden = false;
    element.className = `live-state pulse ${state === "live" ? "" : "is-lost"}`;
    if (element.textContent !== sentence) element.textContent = sentence;
    // Spoken only when it is bad: "live" every second would drown everything else.
    if (state !== "live") element.setAttribute("role", "status");
  };
}
