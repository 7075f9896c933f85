/** Reporting an incident: what, where, how grave, when, in words and pictures, within a minute. */
import { useEffect, useState } from "preact/hooks";
import { Choices, LinkButton } from "../../ui/controls.tsx";
import { TextField } from "../../ui/fields.tsx";
import { Notice } from "../../ui/notices.tsx";
import { Screen } from "../../ui/screen.tsx";
import type { IncidentType } from "../../device/types.ts";
import { useApp, usePack, type AppContext } from "../app_context.ts";
import { PaperSwitch, SaveBar, StationField } from "../forms/form_pieces.tsx";
import { BASES, incidentEntry, incidentGaps, newIncident, type Basis, type IncidentValue } from "../forms/incident_value.ts";
import { MissingDialog } from "../forms/missing_dialog.tsx";
import { PhotoField } from "../forms/photo_field.tsx";
import { PlaceField } from "../forms/place_field.tsx";
import { StationPicker } from "../forms/station_picker.tsx";
import { MomentField } from "../forms/time_field.tsx";
import { TypePicker } from "../forms/type_picker.tsx";
import { useDraft, type DraftForm } from "../forms/use_draft.ts";
import { useHandIn } from "../forms/use_hand_in.ts";
import { go, routeTo, type Route } from "../route.ts";
import { clockTime } from "../rules/clock_time.ts";
import { incidentPhotoPolicy } from "../rules/photo_rules.ts";
import { likelyStation } from "../rules/reports.ts";
import { named } from "../words.ts";

export function IncidentScreen({ route }: { route: Route }) {
  const [id] = route.parts;
  useEffect(() => {
    // A report has its own address from the start, so that it can be resumed and "back" leads somewhere.
    if (!id) go(routeTo("incident", [crypto.randomUUID()], Object.fromEntries(route.query)), true);
  }, [id]);
  return id ? <Incident key={id} id={id} route={route} /> : <Screen title="" testid="incident-new">{null}</Screen>;
}

function startOf(route: Route, { snap, nowMs }: AppContext): IncidentValue {
  const type = snap.pack?.incident_types.find(({ code }) => code === route.query.get("type"));
  return newIncident(nowMs(), route.query.get("station") ?? likelyStation(snap.records, snap.stations), type);
}

type Form = DraftForm<IncidentValue>;

function Incident({ id, route }: { id: string; route: Route }) {
  const app = useApp();
  const pack = usePack();
  const [station, setStation] = useState<string | null>(null);
  const form = useDraft<IncidentValue>({ id, screen: "incident", station }, () => startOf(route, app));
  useEffect(() => setStation(form.value.station), [form.value.station]);
  const type = pack.incident_types.find(({ code }) => code === form.value.type);
  const query = Object.fromEntries(route.query);
  const toForm = () => go(routeTo("incident", [id], query), true);
  const back = route.query.get("back");
  if (!type || route.parts[1] === "type") {
    return <PickType app={app} form={form} back={type ? routeTo("incident", [id], query) : back ?? routeTo("today")} done={() => { if (route.parts[1]) toForm(); }} />;
  }
  if (route.parts[1] === "station") {
    return (
      <Screen title={app.t("station-title")} testid="incident-station" back={{ href: routeTo("incident", [id], query), word: app.t("incident-title") }}>
        <StationPicker onChoose={(code) => { form.change({ station: code, elsewhere: false }); toForm(); }}
          onNone={() => { form.change({ station: null, elsewhere: true }); toForm(); }} />
      </Screen>
    );
  }
  return <IncidentForm form={form} id={id} type={type} back={back} query={query} />;
}

function PickType({ app, form, back, done }: { app: AppContext; form: Form; back: string; done: () => void }) {
  const choose = (type: IncidentType) => {
    // A severity that was already judged is the observer's; only the type's own suggestion is replaced.
    form.change({ type: type.code, severity: type.severity });
    done();
  };
  return (
    <Screen title={app.t("type-title")} testid="incident-type" back={{ href: back, word: app.t("back") }}>
      <TypePicker onChoose={choose} />
    </Screen>
  );
}

interface IncidentFormProps {
  form: Form;
  id: string;
  type: IncidentType;
  back: string | null;
  query: Record<string, string>;
}

function IncidentForm({ form, id, type, back, query }: IncidentFormProps) {
  const { t, snap } = useApp();
  const pack = usePack();
  const { busy, handIn } = useHandIn(form, back);
  const [asking, setAsking] = useState(false);
  const { value, change } = form;
  const gaps = incidentGaps(value);
  const save = () => {
    setAsking(false);
    void handIn({ ...incidentEntry(value), photos: form.photos, draftId: id });
  };
  const bar = <SaveBar kept={form.kept} begun={form.begun} busy={busy} word={t("save")} onSave={() => (gaps.length > 0 ? setAsking(true) : save())} />;
  return (
    <Screen title={t(value.corrects ? "incident-correct-title" : "incident-title")} testid="incident" bar={bar} back={{ href: back ?? routeTo("today"), word: t("back") }}>
      <div class="step">
        <div class="row row-apart">
          <div class="grow list-words">
            <span class="hint">{t("type-label")} <bdi>{type.code}</bdi></span>
            <span class="strong" data-testid="incident-type-chosen">{named(type.label, snap.language)}</span>
          </div>
          <LinkButton testid="type-change" href={routeTo("incident", [id, "type"], query)}>{t("change")}</LinkButton>
        </div>
        {type.escalate && <Notice tone="care" testid="incident-escalate"><p>{t("incident-escalate")}</p></Notice>}
      </div>
      <div class="step"><StationField code={value.station} none={value.elsewhere} href={routeTo("incident", [id, "station"], query)} /></div>
      <div class="step"><Severity value={value.severity} onChange={(severity) => change({ severity })} /></div>
      <When form={form} zone={pack.settings.time_zone} />
      <div class="step">
        <TextField testid="incident-text" label={t("incident-text")} hint={t("incident-text-hint")} lines value={value.text} limit={4000}
          onChange={(text) => change({ text }, true)} onLeave={() => void form.flush()} />
      </div>
      <div class="step">
        <h2 class="field-label">{t("photo-label")} <span class="hint">{t("optional")}</span></h2>
        {value.corrects && <p class="hint">{t("photo-earlier-stay")}</p>}
        <PhotoField form={form} policy={incidentPhotoPolicy(pack, type)} />
      </div>
      <div class="step">
        <Choices name="basis" legend={t("basis-label")} columns={2} value={value.basis}
          options={BASES.map((basis) => ({ value: basis, label: t(`basis-${basis}`) }))} onChange={(basis) => change({ basis: basis as Basis })} />
      </div>
      <div class="step"><PlaceField value={value.place} onChange={(place) => change({ place })} /></div>
      {asking && (
        <MissingDialog missing={gaps.map((gap) => ({ id: gap, words: t(`incident-gap-${gap}`), critical: gap === "station" }))}
          onSave={save} onFill={() => setAsking(false)} />
      )}
    </Screen>
  );
}

const SEVERITIES = ["1", "2", "3", "4", "5"] as const;

function Severity({ value, onChange }: { value: number | undefined; onChange: (severity: number) => void }) {
  const { t } = useApp();
  return (
    <Choices name="severity" legend={t("severity-label")} columns={5} value={value === undefined ? undefined : String(value)}
      options={SEVERITIES.map((level) => ({ value: level, label: level, spoken: `${level} ${t(`severity-${level}`)}` }))}
      hint={value && <><strong data-testid="severity-word">{t(`severity-${value}`)}</strong> · {t(`severity-${value}-means`)}</>}
      onChange={(level) => onChange(Number(level))} />
  );
}

function When({ form, zone }: { form: Form; zone: string }) {
  const { t } = useApp();
  const { value, change } = form;
  // What is typed up or corrected did not happen "now".
  const mayBeNow = value.captured === "here" && !value.corrects;
  return (
    <div class="step">
      {mayBeNow && <Choices name="when" legend={t("when-label")} columns={2} value={value.setTime ? "set" : "now"}
        options={[{ value: "now", label: t("when-now", { hour: clockTime(value.startedMs, zone).hour }) }, { value: "set", label: t("when-set") }]}
        onChange={(when) => change({ setTime: when === "set" })} />}
      {value.setTime && <MomentField testid="occurred" label={t(mayBeNow ? "when-hour" : "when-label")} zone={zone} value={value.occurredMs} onChange={(occurredMs) => change({ occurredMs })} />}
      <PaperSwitch captured={value.captured} onChange={(captured) => change({ captured, setTime: captured === "paper" || value.setTime })} />
    </div>
  );
}
