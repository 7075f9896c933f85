/** The switch for shortcuts of one letter: who speaks to the computer or types by touch may do without them. */
import { lettersAreKeys, setLettersAreKeys } from "../parts/page.ts";

export function start(box: HTMLElement): void {
  if (!(box instanceof HTMLInputElement)) return;
  box.checked = lettersAreKeys();
  box.addEventListener("change", () => setLettersAreKeys(box.checked));
}
