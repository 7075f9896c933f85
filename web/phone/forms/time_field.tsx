/** An hour and a day, typed with the number keys or taken from the clock. */
import { useEffect, useId, useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { latinDigits, readTime } from "../../core/digits.ts";
import { useApp } from "../app_context.ts";
import { clockTime, momentOf, recentDays, shortDay } from "../rules/clock_time.ts";

interface HourProps {
  testid: string;
  label: string;
  value: string | undefined;
  onChange: (hour: string | undefined) => void;
  nowHour?: () => string;
}

/** What is typed, and the hour it means once it is one; an answer taken back outside empties the field. */
function useTypedHour(value: string | undefined): [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(value ?? "");
  useEffect(() => {
    const typed = readTime(text);
    if (value !== undefined && typed !== value) setText(value);
    if (value === undefined && typed !== null) setText("");
  }, [value]);
  return [text, setText];
}

/** The browser's own time field shows its language's digits and not ours, so this is a plain one. */
export function HourField({ testid, label, value, onChange, nowHour }: HourProps) {
  const { t } = useApp();
  const id = useId();
  const [text, setText] = useTypedHour(value);
  const wrong = text !== "" && readTime(text) === null;
  const take = (typed: string) => {
    setText(typed);
    onChange(readTime(typed) ?? undefined);
  };
  const described = wrong ? { "aria-invalid": "true" as const, "aria-describedby": `${id}-error` } : {};
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <div class="row">
        <input
          {...{ id, type: "text", inputMode: "numeric", maxLength: 5, autocomplete: "off" as const, ...described }}
          class="input input-figure hour"
          placeholder="07:30"
          data-testid={testid}
          value={text}
          onInput={(event) => take(event.currentTarget.value)}
          onBlur={() => setText(readTime(text) ?? latinDigits(text))}
        />
        {nowHour && (
          <Button testid={`${testid}-now`} onPress={() => take(nowHour())}>
            {t("time-now")}
          </Button>
        )}
      </div>
      {wrong && (
        <p class="error" id={`${id}-error`}>
          {t("time-wrong")}
        </p>
      )}
    </div>
  );
}

interface MomentProps {
  testid: string;
  label: string;
  value: number | undefined;
  onChange: (atMs: number | undefined) => void;
  zone: string;
}

// Paper may be typed up after the night of the count; a week covers a special vote too.
const DAYS_BACK = 7;

export function MomentField({ testid, label, value, onChange, zone }: MomentProps) {
  const { t, nowMs } = useApp();
  const id = useId();
  const days = recentDays(nowMs(), zone, DAYS_BACK);
  const given = value === undefined ? undefined : clockTime(value, zone);
  const [day, setDay] = useState(given?.day ?? days[0]!);
  const [hour, setHour] = useState(given?.hour);
  const take = (nextDay: string, nextHour: string | undefined) => {
    setDay(nextDay);
    setHour(nextHour);
    onChange(nextHour === undefined ? undefined : (momentOf({ day: nextDay, hour: nextHour }, zone) ?? undefined));
  };
  const names = [t("time-today"), t("time-yesterday")];
  return (
    <div class="pair">
      <HourField testid={testid} label={label} value={hour} onChange={(next) => take(day, next)} />
      <div class="field">
        <label class="field-label" for={id}>
          {t("time-day")}
        </label>
        <select
          class="input"
          id={id}
          data-testid={`${testid}-day`}
          value={day}
          onChange={(event) => take(event.currentTarget.value, hour)}
        >
          {[...new Set([...days, day])].map((one, back) => (
            <option key={one} value={one}>
              {names[back] ? `${names[back]} ${shortDay(one)}` : shortDay(one)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
