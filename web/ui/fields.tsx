/** Where words and figures are typed: Arabic, Persian and Latin digits are taken, Latin digits are shown. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { latinDigits } from "../core/digits.ts";

interface TextProps {
  testid: string;
  label: ComponentChildren;
  value: string;
  onChange: (text: string) => void;
  onLeave?: () => void;
  hint?: ComponentChildren;
  error?: string;
  lines?: boolean;
  hideLabel?: boolean;
  kind?: "text" | "search" | "password" | "code";
  autocomplete?: string;
  limit?: number;
}

const KINDS = {
  text: { type: "text" },
  search: { type: "search", enterkeyhint: "search" },
  password: { type: "password", inputMode: "numeric", class: "input input-figure" },
  code: { type: "text", dir: "ltr", autocapitalize: "off", spellcheck: false, class: "input input-figure" },
} as const;

export function TextField(props: TextProps) {
  const id = useId();
  const described = [props.hint && `${id}-hint`, props.error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const shared = {
    id,
    value: props.value,
    "data-testid": props.testid,
    "aria-describedby": described,
    onBlur: props.onLeave,
    "aria-invalid": props.error ? ("true" as const) : undefined,
    maxLength: props.limit,
    autocomplete: props.autocomplete ?? "off",
  };
  return (
    <div class="field">
      <label class={props.hideLabel ? "unseen" : "field-label"} for={id}>
        {props.label}
      </label>
      {props.hint && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.lines ? (
        <textarea
          class="input"
          rows={4}
          {...shared}
          dir="auto"
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      ) : (
        <input
          class="input"
          {...KINDS[props.kind ?? "text"]}
          {...shared}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      )}
      {props.error && (
        <p class="error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
    </div>
  );
}

interface FigureProps {
  testid: string;
  label: ComponentChildren;
  value: number | undefined;
  onChange: (figure: number | undefined) => void;
  hint?: string;
  hideLabel?: boolean;
  labelledBy?: string;
}

// Seven digits hold any count of one station and leave room for a slip that the sums will show.
const MOST_DIGITS = 7;

/** A whole number, typed in any of the three kinds of digits; empty means "not given", never zero. */
export function FigureField({ testid, label, value, onChange, hint, hideLabel, labelledBy }: FigureProps) {
  const id = useId();
  const take = (element: HTMLInputElement) => {
    const digits = latinDigits(element.value).replace(/\D/g, "").slice(0, MOST_DIGITS);
    element.value = digits;
    onChange(digits === "" ? undefined : Number(digits));
  };
  return (
    <div class="field">
      {!labelledBy && (
        <label class={hideLabel ? "unseen" : "field-label"} for={id}>
          {label}
        </label>
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        class="input input-figure"
        id={id}
        type="text"
        inputMode="numeric"
        autocomplete="off"
        data-testid={testid}
        aria-labelledby={labelledBy}
        aria-describedby={hint ? `${id}-hint` : undefined}
        value={value === undefined ? "" : String(value)}
        onInput={(event) => take(event.currentTarget)}
      />
    </div>
  );
}
