/** The parts of an incident's form, in the order in which they are asked. */
import { Choices, LinkButton } from "../../ui/controls.tsx";
import { TextField } from "../../ui/fields.tsx";
import { Notice } from "../../ui/notices.tsx";
import type { IncidentType, PhotoPolicy } from "../../device/types.ts";
import { useApp } from "../app_context.ts";
import { clockTime } from "../rules/clock_time.ts";
import { named } from "../words.ts";
import { PaperSwitch } from "./form_pieces.tsx";
import { BASES, type Basis, type IncidentValue } from "./incident_value.ts";
import { PhotoField } from "./photo_field.tsx";
import { MomentField } from "./time_field.tsx";
import type { DraftForm } from "./use_draft.ts";

export type IncidentDraft = DraftForm<IncidentValue>;

export function Kind({ type, href }: { type: IncidentType; href: string }) {
  const { t, snap } = useApp();
  return (
    <div class="step">
      <div class="row row-apart">
        <div class="grow list-words">
          <span class="hint">
            {t("type-label")} <bdi>{type.code}</bdi>
          </span>
          <span class="strong" data-testid="incident-type-chosen">
            {named(type.label, snap.language)}
          </span>
        </div>
        <LinkButton testid="type-change" href={href}>
          {t("word-change")}
        </LinkButton>
      </div>
      {type.escalate && (
        <Notice tone="care" testid="incident-escalate">
          <p>{t("incident-escalate")}</p>
        </Notice>
      )}
    </div>
  );
}

const SEVERITIES = ["1", "2", "3", "4", "5"] as const;

interface SeverityProps {
  value: number | undefined;
  onChange: (severity: number) => void;
}

export function Severity({ value, onChange }: SeverityProps) {
  const { t } = useApp();
  const spoken = (level: string) => `${level} ${t(`severity-${level}`)}`;
  const meaning = value && (
    <>
      <strong data-testid="severity-word">{t(`severity-${value}`)}</strong> · {t(`severity-${value}-means`)}
    </>
  );
  return (
    <div class="step">
      <Choices
        name="severity"
        legend={t("severity-label")}
        columns={5}
        value={value === undefined ? undefined : String(value)}
        options={SEVERITIES.map((level) => ({ value: level, label: level, spoken: spoken(level) }))}
        hint={meaning}
        onChange={(level) => onChange(Number(level))}
      />
    </div>
  );
}

export function When({ form, zone }: { form: IncidentDraft; zone: string }) {
  const { t } = useApp();
  const { value, change } = form;
  // What is typed up or corrected did not happen "now".
  const mayBeNow = value.captured === "here" && !value.corrects;
  const now = { value: "now", label: t("when-now", { hour: clockTime(value.startedMs, zone).hour }) };
  return (
    <div class="step">
      {mayBeNow && (
        <Choices
          name="when"
          legend={t("when-label")}
          columns={2}
          value={value.setTime ? "set" : "now"}
          options={[now, { value: "set", label: t("when-set") }]}
          onChange={(when) => change({ setTime: when === "set" })}
        />
      )}
      {value.setTime && (
        <MomentField
          testid="occurred"
          label={t(mayBeNow ? "when-hour" : "when-label")}
          zone={zone}
          value={value.occurredMs}
          onChange={(occurredMs) => change({ occurredMs })}
        />
      )}
      <PaperSwitch
        captured={value.captured}
        onChange={(captured) => change({ captured, setTime: captured === "paper" || value.setTime })}
      />
    </div>
  );
}

// An entry's body holds 32 KB; this many letters of Arabic leave room for all the rest.
const LONGEST_TEXT = 4000;

export function Seen({ form }: { form: IncidentDraft }) {
  const { t } = useApp();
  return (
    <div class="step">
      <TextField
        testid="incident-text"
        label={t("incident-text")}
        hint={t("incident-text-hint")}
        lines
        value={form.value.text}
        limit={LONGEST_TEXT}
        onChange={(text) => form.change({ text }, true)}
        onLeave={() => void form.flush()}
      />
    </div>
  );
}

export function Pictures({ form, policy }: { form: IncidentDraft; policy: PhotoPolicy }) {
  const { t } = useApp();
  return (
    <div class="step">
      <h2 class="field-label">
        {t("photo-label")} <span class="hint">{t("word-optional")}</span>
      </h2>
      {form.value.corrects && <p class="hint">{t("photo-earlier-stay")}</p>}
      <PhotoField form={form} policy={policy} />
    </div>
  );
}

export function HowKnown({ basis, onChange }: { basis: Basis; onChange: (basis: Basis) => void }) {
  const { t } = useApp();
  return (
    <div class="step">
      <Choices
        name="basis"
        legend={t("basis-label")}
        columns={2}
        value={basis}
        options={BASES.map((each) => ({ value: each, label: t(`basis-${each}`) }))}
        onChange={(each) => onChange(each as Basis)}
      />
    </div>
  );
}
