/** Suggests stations of the register while a code or the name of a centre is typed; the code is what is sent. */

interface Suggestion {
  code: string;
  name: string;
}

const WAIT_MS = 250;
let number = 0;

export function start(field: HTMLElement): void {
  if (!(field instanceof HTMLInputElement)) return;
  const list = document.createElement("datalist");
  list.id = `stations-${(number += 1)}`;
  field.after(list);
  field.setAttribute("list", list.id);
  let timer = 0;
  let asked = "";
  const look = async () => {
    asked = field.value.trim();
    if (asked.length < 2) return;
    const answer = await fetch(`/stations/search?${new URLSearchParams({ q: asked }).toString()}`, {
      headers: { "X-Sanad-Poll": "1", Accept: "application/json" },
    }).catch(() => null);
    if (!answer?.ok || field.value.trim() !== asked) return;
    const found = (await answer.json()) as Suggestion[];
    list.replaceChildren(...found.map(option));
  };
  field.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void look(), WAIT_MS);
  });
}

function option(found: Suggestion): HTMLOptionElement {
  const made = document.createElement("option");
  made.value = found.code;
  made.label = `${found.code} ${found.name}`;
  return made;
}
