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
  labelledBy?: string;
}

/** The browser's own time field shows its language's digits and not ours, so this is a plain one. */
export function HourField({ testid, label, value, onChange, nowHour, labelledBy }: HourProps) {
  const { t } = useApp();
  const id = useId();
  const [text, setText] = useState(value ?? "");
  useEffect(() => {
    if (value !== undefined && readTime(text) !== value) setText(value);
  }, [value]);
  const wrong = text !== "" && readTime(text) === null;
  return (
    <div class="field">
      {!labelledBy && <label class="field-label" for={id}>{label}</label>}
      <div class="row">
        <input class="input input-figure hour" id={id} type="text" inputMode="numeric" placeholder="07:30" autocomplete="off"
          data-testid={testid} aria-labelledby={labelledBy} value={text} maxLength={5}
          aria-invalid={wrong ? "true" : undefined} aria-describedby={wrong ? `${id}-error` : undefined}
          onInput={(event) => {
            setText(event.currentTarget.value);
            onChange(readTime(event.currentTarget.value) ?? undefined);
          }}
          onBlur={() => setText(readTime(text) ?? latinDigits(text))} />
        {nowHour && (
          <Button testid={`${testid}-now`} onPress={() => { setText(nowHour()); onChange(nowHour()); }}>{t("time-now")}</Button>
        )}
      </div>
      {wrong && <p class="error" id={`${id}-error`}>{t("time-wrong")}</p>}
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
    onChange(nextHour === undefined ? undefined : momentOf({ day: nextDay, hour: nextHour }, zone) ?? undefined);
  };
  const names = [t("time-today"), t("time-yesterday")];
  return (
    <div class="pair">
      <HourField testid={testid} label={label} value={hour} onChange={(next) => take(day, next)} />
      <div class="field">
        <label class="field-label" for={id}>{t("time-day")}</label>
        <select class="input" id={id} data-testid={`${testid}-day`} value={day} onChange={(event) => take(event.currentTarget.value, hour)}>
          {[...new Set([...days, day])].map((one, back) => (
            <option key={one} value={one}>{names[back] ? `${names[back]} ${shortDay(one)}` : shortDay(one)}</option>
          ))}
        </select>
      </div>
    </div>
  );
}
