/** What the app tells without being asked: notices, chips of state, and a dialog that asks before it acts. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

export type Tone = "note" | "care" | "phone" | "server" | "proved" | "look";

const SIGNS: Record<Tone, IconName> = { note: "note", care: "care", phone: "phone", server: "tick", proved: "mark", look: "look" };

export function Notice(props: { tone?: Tone; children: ComponentChildren; testid?: string; alert?: boolean }) {
  const tone = props.tone ?? "note";
  return (
    <div class={`notice notice-${tone}`} data-testid={props.testid} role={props.alert ? "alert" : undefined}>
      <Icon name={SIGNS[tone]} />
      <div class="notice-words">{props.children}</div>
    </div>
  );
}

/** A state told three ways: by shape, by word and by colour. */
export function Chip(props: { tone?: Tone; children: ComponentChildren; testid?: string; state?: string }) {
  return (
    <span class={`chip chip-${props.tone ?? "note"}`} data-testid={props.testid} data-state={props.state}>
      {props.tone && <Icon name={SIGNS[props.tone]} small />}
      <span>{props.children}</span>
    </span>
  );
}

/** Asks in the middle of the screen; the browser keeps the focus inside and gives it back. */
export function Dialog(props: { title: string; children: ComponentChildren; onClose: () => void; testid: string }) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      class="dialog"
      ref={ref}
      aria-labelledby={id}
      data-testid={props.testid}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <div class="stack">
        <h2 id={id}>{props.title}</h2>
        {props.children}
      </div>
    </dialog>
  );
}
