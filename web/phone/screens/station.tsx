/** Everything at one station: the visit, each form, the tape, and what was recorded there. */
import { LinkButton } from "../../ui/controls.tsx";
import { Chip } from "../../ui/notices.tsx";
import { Card, Row, Screen } from "../../ui/screen.tsx";
import type { Checklist } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { RecordList } from "../forms/record_list.tsx";
import { useDone } from "../forms/station_card.tsx";
import { isKnownStation, stationName } from "../forms/station_name.ts";
import { StationPicker } from "../forms/station_picker.tsx";
import { tapeDraftId, type Count } from "../forms/tape_value.ts";
import { VisitButton, VisitLine } from "../forms/visit_button.tsx";
import { go, routeTo, type Route } from "../route.ts";
import { listed, standing, stationOf } from "../rules/reports.ts";
import { named } from "../words.ts";
import { checklistDraftId } from "./checklist.tsx";

export function StationScreen({ route }: { route: Route }) {
  const { t } = useApp();
  const [code] = route.parts;
  if (code) return <Station key={code} code={code} />;
  return (
    <Screen title={t("station-title")} testid="station-choose" back={{ href: routeTo("today"), word: t("nav-today") }}>
      <StationPicker onChoose={(chosen) => go(routeTo("station", [chosen]), true)} />
    </Screen>
  );
}

function Station({ code }: { code: string }) {
  const { snap, t } = useApp();
  const pack = usePack();
  const records = listed(snap.records).filter((record) => stationOf(record) === code);
  return (
    <Screen
      title={stationName(snap, code, snap.language) || t("station-other")}
      testid="station"
      back={{ href: routeTo("today"), word: t("nav-today") }}
      line={
        <>
          <bdi>{code}</bdi>
          {!isKnownStation(snap, code) && <> · {t("station-unlisted")}</>}
        </>
      }
    >
      <Card>
        <VisitLine station={code} />
        <VisitButton station={code} />
      </Card>
      <LinkButton
        testid="station-incident"
        look="primary"
        icon="report"
        wide
        href={routeTo("incident", [], { station: code, back: routeTo("station", [code]) })}
      >
        {t("station-incident")}
      </LinkButton>
      <section class="stack-tight">
        <h2>{t("station-forms")}</h2>
        <ul class="list">
          {pack.checklists.map((checklist) => (
            <ChecklistRow key={checklist.id} checklist={checklist} station={code} />
          ))}
          <TapeRow station={code} count="machine" />
          <TapeRow station={code} count="manual" />
        </ul>
      </section>
      {records.length > 0 && (
        <section class="stack-tight">
          <h2>{t("station-records")}</h2>
          <RecordList records={records} />
        </section>
      )}
    </Screen>
  );
}

function FormState({ begun, done }: { begun: boolean; done: boolean }) {
  const { t } = useApp();
  if (begun)
    return (
      <Chip tone="phone" state="begun">
        {t("form-begun")}
      </Chip>
    );
  return done ? (
    <Chip tone="server" state="done">
      {t("form-done")}
    </Chip>
  ) : null;
}

function ChecklistRow({ checklist, station }: { checklist: Checklist; station: string }) {
  const { snap, t } = useApp();
  const begun = snap.drafts.some(({ id }) => id === checklistDraftId(checklist.id, station));
  return (
    <li>
      <Row
        testid={`checklist-${checklist.id}`}
        href={routeTo("checklist", [checklist.id, station])}
        end={<FormState begun={begun} done={useDone(station).has(checklist.id)} />}
      >
        <span class="strong">{named(checklist.name, snap.language)}</span>
        <span class="small quiet">{t("form-questions", { count: String(checklist.questions.length) })}</span>
      </Row>
    </li>
  );
}

function TapeRow({ station, count }: { station: string; count: Count }) {
  const { snap, t } = useApp();
  const begun = snap.drafts.some(({ id }) => id === tapeDraftId(station, count));
  const done = standing(snap.records, "tape.submit", station).some(({ body }) => body["count"] === count);
  return (
    <li>
      <Row
        testid={`tape-${count}`}
        href={routeTo("tape", [station, count])}
        end={<FormState begun={begun} done={done} />}
      >
        <span class="strong">{t("tape-title")}</span>
        <span class="small quiet">{t(`tape-${count}`)}</span>
      </Row>
    </li>
  );
}
