/** What a thumb touches: buttons, choices and switches, each at least 44 px and known by a stable name. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

type Look = "plain" | "primary" | "danger" | "quiet";

interface ButtonProps {
  testid: string;
  children: ComponentChildren;
  onPress: () => void;
  look?: Look;
  icon?: IconName;
  wide?: boolean;
  large?: boolean;
  busy?: boolean;
  /** Where the visible word alone does not say which thing it acts on. */
  label?: string;
}

function classOf(look: Look = "plain", wide?: boolean, large?: boolean): string {
  return ["button press", `button-${look}`, wide && "button-wide", large && "button-large"].filter(Boolean).join(" ");
}

export function Button({ testid, children, onPress, look, icon, wide, large, busy, label }: ButtonProps) {
  // aria-disabled and not disabled: the focus stays where it was while something is being saved.
  return (
    <button
      type="button"
      class={classOf(look, wide, large)}
      data-testid={testid}
      aria-label={label}
      aria-disabled={busy ? "true" : undefined}
      onClick={() => {
        if (!busy) onPress();
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function LinkButton(props: {
  testid: string;
  href: string;
  children: ComponentChildren;
  look?: Look;
  icon?: IconName;
  wide?: boolean;
}) {
  return (
    <a class={classOf(props.look, props.wide)} href={props.href} data-testid={props.testid}>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </a>
  );
}

export interface Choice {
  value: string;
  label: string;
  /** Said by a screen reader in place of the label, where the label is only a number. */
  spoken?: string;
}

interface ChoicesProps {
  name: string;
  legend: ComponentChildren;
  options: readonly Choice[];
  value: string | undefined;
  onChange: (value: string) => void;
  columns?: 1 | 2 | 3 | 5;
  hint?: ComponentChildren;
  hideLegend?: boolean;
}

/** One of a few, as native radio buttons under large labels: arrow keys and screen readers work by themselves. */
export function Choices({ name, legend, options, value, onChange, columns, hint, hideLegend }: ChoicesProps) {
  return (
    <fieldset class="choices stack-tight" data-testid={name}>
      <legend class={hideLegend ? "unseen" : undefined}>{legend}</legend>
      <div class="choices-row" data-columns={columns}>
        {options.map((option) => (
          <label key={option.value} class="choice press">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              aria-label={option.spoken}
              data-testid={`${name}-${option.value}`}
              onChange={() => onChange(option.value)}
            />
            <Icon name="tick" />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {hint && <p class="hint">{hint}</p>}
    </fieldset>
  );
}

export function Switch(props: {
  testid: string;
  label: string;
  hint?: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <label class="switch">
      <span class="list-words">
        <span class="strong">{props.label}</span>
        {props.hint && <span class="hint">{props.hint}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={props.on}
        data-testid={props.testid}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span class="switch-track" aria-hidden="true">
        <span class="switch-knob" />
      </span>
    </label>
  );
}
