/** On a wide screen the filter stands open; on a phone it folds away so that the list comes first. */

const WIDE = "(min-width: 64rem)";

export function start(fold: HTMLElement): void {
  if (fold instanceof HTMLDetailsElement && window.matchMedia(WIDE).matches) fold.open = true;
}
