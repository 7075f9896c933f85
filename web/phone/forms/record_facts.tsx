/** What one record says, line by line, in the words of its form. */
import type { ComponentChildren } from "preact";
import type { Figures, Votes } from "../../core/tape.ts";
import type { Pack, StoredRecord } from "../../device/types.ts";
import { useApp, usePack, type AppContext } from "../app_context.ts";
import { clockTime, shortDay } from "../rules/clock_time.ts";
import { stationOf } from "../rules/reports.ts";
import { named, sayOr } from "../words.ts";
import { StationLine } from "./form_pieces.tsx";
import { FIGURE_NAMES } from "./tape_value.ts";

type Fact = [name: string, value: ComponentChildren];

function momentWords(atMs: unknown, pack: Pack): ComponentChildren {
  const { day, hour } = clockTime(Number(atMs), pack.settings.time_zone);
  return (
    <bdi>
      {shortDay(day)} {hour}
    </bdi>
  );
}

function incidentFacts({ body }: StoredRecord, { t }: AppContext, pack: Pack): Fact[] {
  const place = body["place"] as number[] | undefined;
  return [
    [t("type-label"), <bdi>{String(body["type"] ?? "–")}</bdi>],
    [
      t("severity-label"),
      <>
        <bdi>{String(body["severity"])}</bdi> · {t(`severity-${String(body["severity"])}`)}
      </>,
    ],
    [t("when-label"), momentWords(body["occurred_ms"], pack)],
    ...(body["text"] ? [[t("incident-text"), <span dir="auto">{String(body["text"])}</span>] as Fact] : []),
    [t("basis-label"), sayOr(t, `basis-${String(body["basis"])}`, "basis-direct")],
    ...(place ? [[t("place-label"), t("place-within", { metres: String(place[2]) })] as Fact] : []),
  ];
}

function observationFacts({ body }: StoredRecord, { snap, t }: AppContext, pack: Pack): Fact[] {
  const answers = (body["answers"] ?? {}) as Record<string, string | number>;
  const checklist = pack.checklists.find(({ id }) => id === body["checklist"]);
  return (checklist?.questions ?? []).flatMap((question): Fact[] => {
    const answer = answers[question.id];
    if (answer === undefined) return [];
    const option = question.options?.find(({ value }) => value === answer);
    const plain = question.type.startsWith("yes_no") ? sayOr(t, `answer-${answer}`, "kind-other") : String(answer);
    return [[named(question.label, snap.language), option ? named(option.label, snap.language) : <bdi>{plain}</bdi>]];
  });
}

function tapeFacts({ body }: StoredRecord, { snap, t }: AppContext, pack: Pack): Fact[] {
  const figures = (body["figures"] ?? {}) as Figures;
  const votes = (body["votes"] ?? {}) as Votes;
  return [
    ...FIGURE_NAMES.flatMap((name): Fact[] =>
      figures[name] === undefined ? [] : [[t(`figure-${name}`), <bdi class="figure">{figures[name]}</bdi>]],
    ),
    ...Object.entries(votes).map(([code, count]): Fact => [
      named(pack.settings.lists.find((list) => list.code === code)?.name, snap.language) || code,
      <bdi class="figure">{count}</bdi>,
    ]),
  ];
}

function factsOf(record: StoredRecord, app: AppContext, pack: Pack): Fact[] {
  switch (record.kind) {
    case "incident.report":
      return incidentFacts(record, app, pack);
    case "observation.submit":
      return observationFacts(record, app, pack);
    case "tape.submit":
      return tapeFacts(record, app, pack);
    case "visit.open":
    case "visit.close":
      return [[app.t("when-label"), momentWords(record.body["at_ms"], pack)]];
    default:
      return record.body["reason"] ? [[app.t("reason-label"), String(record.body["reason"])]] : [];
  }
}

export function RecordFacts({ record }: { record: StoredRecord }) {
  const app = useApp();
  const pack = usePack();
  const station = stationOf(record);
  const facts: Fact[] = [
    ...(station ? [[app.t("station-label"), <StationLine code={station} />] as Fact] : []),
    ...factsOf(record, app, pack),
    ...(record.body["captured"] === "paper" ? [[app.t("captured-label"), app.t("paper-label")] as Fact] : []),
  ];
  return (
    <dl class={record.kind === "tape.submit" ? "facts facts-figures" : "facts"} data-testid="record-facts">
      {facts.map(([name, value], place) => (
        <div key={place}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
