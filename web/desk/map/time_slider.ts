/** The day in steps of 15 minutes: a slider, and a button that plays it. */

const STEP_MS = 700;
/** Whoever asked for less motion gets the same day at a pace that is read, not watched. */
const CALM_STEP_MS = 2500;

export function startSlider(root: HTMLElement, changed: () => Promise<void>): void {
  const slider = root.querySelector<HTMLInputElement>("#map-until");
  const said = root.querySelector<HTMLElement>("[data-until]");
  const button = root.querySelector<HTMLButtonElement>("[data-play]");
  if (!slider || !said || !button) return;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let playing = false;

  const say = () => {
    const words = slider.value === slider.max ? (slider.dataset["whole"] ?? "") : clockOf(Number(slider.value));
    said.textContent = words;
    slider.setAttribute("aria-valuetext", words);
  };
  const stop = () => {
    playing = false;
    button.textContent = button.dataset["playWord"] ?? "";
    said.setAttribute("aria-live", "polite");
  };
  const play = async () => {
    playing = true;
    button.textContent = button.dataset["pauseWord"] ?? "";
    // While it plays the time changes too often to be spoken; the pause speaks it.
    said.setAttribute("aria-live", "off");
    if (slider.value === slider.max) slider.value = slider.min;
    while (playing) {
      say();
      await Promise.all([changed(), pause(calm.matches ? CALM_STEP_MS : STEP_MS)]);
      if (!playing) return;
      if (slider.value === slider.max) stop();
      else slider.value = String(Number(slider.value) + 1);
    }
  };

  button.hidden = false;
  button.addEventListener("click", () => (playing ? stop() : void play()));
  slider.addEventListener("input", () => {
    if (playing) stop();
    say();
  });
  say();
}

/** The end of a step, as the server writes it: step 57 runs until 14:30. */
function clockOf(quarter: number): string {
  const minutes = (quarter + 1) * 15;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void window.setTimeout(resolve, ms));
}
