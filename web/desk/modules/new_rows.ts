/** Asks every few seconds whether reports have come, says so, and puts them on top of the list when wanted. */

const EVERY_MS = 5_000;
// One page of rows: with more than this the list is loaded anew, so that none is passed over.
const MOST = 50;
const POLL = { headers: { "X-Sanad-Poll": "1", Accept: "application/json" } };

export function start(notice: HTMLElement): void {
  const button = notice.querySelector("button");
  const body = document.querySelector<HTMLElement>("[data-rows]");
  if (!button) return;
  let newest = Number(notice.dataset["newest"] ?? "-1");
  let found = 0;
  const address = (path: string) => {
    const query = new URLSearchParams(notice.dataset["query"] ?? "");
    query.set("after", String(Math.max(newest, 0)));
    return `${path}?${query.toString()}`;
  };

  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(address("/incidents/new"), POLL).catch(() => null);
    if (!answer?.ok) return;
    found = ((await answer.json()) as { count: number }).count;
    notice.hidden = found === 0;
    const text = found > MOST ? button.dataset["cut"] : button.dataset["some"]?.replace("#", String(found));
    if (text && button.textContent !== text) button.textContent = text;
  };

  button.addEventListener("click", () => void show());
  const show = async () => {
    if (found > MOST || !body || newest < 0) return location.reload();
    const answer = await fetch(address("/incidents/rows"), { headers: { "X-Sanad-Poll": "1", Accept: "text/html" } });
    if (!answer.ok) return location.reload();
    const page = new DOMParser().parseFromString(`<table><tbody>${await answer.text()}</tbody></table>`, "text/html");
    const rows = [...page.querySelectorAll<HTMLElement>("tr[data-row]")];
    for (const row of rows) row.classList.add("is-lit");
    body.prepend(...rows);
    newest = Math.max(newest, ...rows.map((row) => Number(row.dataset["place"] ?? "-1")));
    notice.hidden = true;
    body.querySelector<HTMLElement>("[data-row-link]")?.focus();
  };
  window.setInterval(() => void look(), EVERY_MS);
}
