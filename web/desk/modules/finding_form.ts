/** Shows what a correction needs only when one is made, and asks for a reason where one is due. */

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
  show();
}
