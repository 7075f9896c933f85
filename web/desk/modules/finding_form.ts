/** Shows what a correction needs only when one is made, asks for a reason where one is due, and sends only once. */

export function start(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) return;
  const correction = form.querySelector<HTMLFieldSetElement>("[data-correction]");
  const reason = form.querySelector<HTMLTextAreaElement>("textarea");
  const show = () => {
    const finding = new FormData(form).get("finding");
    if (correction) {
      correction.hidden = finding !== "correct";
      correction.disabled = finding !== "correct";
    }
    if (reason) reason.required = finding === "doubt" || finding === "correct";
  };
  form.addEventListener("change", show);
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  window.addEventListener("pageshow", () => (isSent = false));
  show();
}
