/** Reporting an incident: what, where, how grave, when, in words and pictures, within a minute. */
import { useEffect, useState } from "preact/hooks";
import { Screen } from "../../ui/screen.tsx";
import type { IncidentType } from "../../device/types.ts";
import { useApp, usePack, type AppContext } from "../app_context.ts";
import { SaveBar, StationField } from "../forms/form_pieces.tsx";
import { HowKnown, Kind, Pictures, Seen, Severity, When, type IncidentDraft } from "../forms/incident_parts.tsx";
import { incidentEntry, incidentGaps, newIncident, type IncidentValue } from "../forms/incident_value.ts";
import { MissingDialog } from "../forms/missing_dialog.tsx";
import { PlaceField } from "../forms/place_field.tsx";
import { StationPicker } from "../forms/station_picker.tsx";
import { TypePicker } from "../forms/type_picker.tsx";
import { useDraft } from "../forms/use_draft.ts";
import { useHandIn } from "../forms/use_hand_in.ts";
import { go, routeTo, type Route } from "../route.ts";
import { incidentPhotoPolicy } from "../rules/photo_rules.ts";
import { likelyStation } from "../rules/reports.ts";

export function IncidentScreen({ route }: { route: Route }) {
  const [id] = route.parts;
  useEffect(() => {
    // A report has its own address from the start, so that it can be resumed and "back" leads somewhere.
    if (!id) go(routeTo("incident", [crypto.randomUUID()], Object.fromEntries(route.query)), true);
  }, [id]);
  return id ? (
    <Incident key={id} id={id} route={route} />
  ) : (
    <Screen title="" testid="incident-new">
      {null}
    </Screen>
  );
}

function startOf(route: Route, { snap, nowMs }: AppContext): IncidentValue {
  const type = snap.pack?.incident_types.find(({ code }) => code === route.query.get("type"));
  return newIncident(nowMs(), route.query.get("station") ?? likelyStation(snap.records, snap.stations), type);
}

function Incident({ id, route }: { id: string; route: Route }) {
  const app = useApp();
  const pack = usePack();
  const place = { id, screen: "incident" as const, stationOf: ({ station }: IncidentValue) => station };
  const form = useDraft<IncidentValue>(place, () => startOf(route, app));
  const type = pack.incident_types.find(({ code }) => code === form.value.type);
  const query = Object.fromEntries(route.query);
  const toForm = () => go(routeTo("incident", [id], query), true);
  const back = route.query.get("back");
  if (!type || route.parts[1] === "type") {
    return (
      <PickType
        app={app}
        form={form}
        back={type ? routeTo("incident", [id], query) : (back ?? routeTo("today"))}
        done={() => {
          if (route.parts[1]) toForm();
        }}
      />
    );
  }
  if (route.parts[1] === "station") {
    return (
      <Screen
        title={app.t("station-title")}
        testid="incident-station"
        back={{ href: routeTo("incident", [id], query), word: app.t("incident-title") }}
      >
        <StationPicker
          onChoose={(code) => {
            form.change({ station: code, elsewhere: false });
            toForm();
          }}
          onNone={() => {
            form.change({ station: null, elsewhere: true });
            toForm();
          }}
        />
      </Screen>
    );
  }
  return <IncidentForm form={form} id={id} type={type} back={back} query={query} />;
}

function PickType({ app, form, back, done }: { app: AppContext; form: IncidentDraft; back: string; done: () => void }) {
  const choose = (type: IncidentType) => {
    // Each kind suggests how grave it is; the observer judges that on the form.
    form.change({ type: type.code, severity: type.severity });
    done();
  };
  return (
    <Screen title={app.t("type-title")} testid="incident-type" back={{ href: back, word: app.t("word-back") }}>
      <TypePicker onChoose={choose} />
    </Screen>
  );
}

interface IncidentFormProps {
  form: IncidentDraft;
  id: string;
  type: IncidentType;
  back: string | null;
  query: Record<string, string>;
}

function IncidentForm({ form, id, type, back, query }: IncidentFormProps) {
  const { t } = useApp();
  const pack = usePack();
  const { busy, handIn } = useHandIn(form, back);
  const [asking, setAsking] = useState(false);
  const { value, change } = form;
  const gaps = incidentGaps(value);
  const save = () => {
    setAsking(false);
    void handIn({ ...incidentEntry(value), photos: form.photos, draftId: id });
  };
  const check = () => (gaps.length > 0 ? setAsking(true) : save());
  return (
    <Screen
      title={t(value.corrects ? "incident-correct-title" : "incident-title")}
      testid="incident"
      bar={<SaveBar kept={form.kept} begun={form.begun} busy={busy} word={t("word-save")} onSave={check} />}
      back={{ href: back ?? routeTo("today"), word: t("word-back") }}
    >
      <Kind type={type} href={routeTo("incident", [id, "type"], query)} />
      <div class="step">
        <StationField code={value.station} none={value.elsewhere} href={routeTo("incident", [id, "station"], query)} />
      </div>
      <Severity value={value.severity} onChange={(severity) => change({ severity })} />
      <When form={form} zone={pack.settings.time_zone} />
      <Seen form={form} />
      <Pictures form={form} policy={incidentPhotoPolicy(pack, type)} />
      <HowKnown basis={value.basis} onChange={(basis) => change({ basis })} />
      <div class="step">
        <PlaceField value={value.place} onChange={(place) => change({ place })} />
      </div>
      {asking && (
        <MissingDialog
          missing={gaps.map((gap) => ({ id: gap, words: t(`incident-gap-${gap}`), critical: gap === "station" }))}
          onSave={save}
          onFill={() => setAsking(false)}
        />
      )}
    </Screen>
  );
}
