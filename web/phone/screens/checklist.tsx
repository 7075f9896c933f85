/** One checklist of one station: every question in one list, kept at each answer, handed in whole or not. */
import { useState } from "preact/hooks";
import { Notice } from "../../ui/notices.tsx";
import { Screen } from "../../ui/screen.tsx";
import { progressOf, visibleAnswers, visibleQuestions } from "../../core/checklist.ts";
import type { Answer, Answers, Checklist, Question } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { PaperSwitch, SaveBar, StationLine, type Captured } from "../forms/form_pieces.tsx";
import { MissingDialog } from "../forms/missing_dialog.tsx";
import { QuestionStep } from "../forms/question.tsx";
import { MomentField } from "../forms/time_field.tsx";
import { useDraft, type DraftForm } from "../forms/use_draft.ts";
import { useHandIn, type Corrects } from "../forms/use_hand_in.ts";
import { routeTo, type Route } from "../route.ts";
import { openQuestions } from "../rules/open_questions.ts";
import { standing } from "../rules/reports.ts";
import { named } from "../words.ts";

export interface ChecklistValue {
  answers: Answers;
  startedMs: number;
  /** given for paper; the moment of handing in otherwise */
  endedMs?: number;
  captured: Captured;
  corrects?: Corrects;
}

/** The same station and form are the same draft, wherever it is opened from; a correction has its own. */
export const checklistDraftId = (checklist: string, station: string, corrected = "") =>
  ["checklist", checklist, station, corrected].join(" ").trim();

export function ChecklistScreen({ route }: { route: Route }) {
  const { t } = useApp();
  const [checklistId = "", station = "", corrected = ""] = route.parts;
  const checklist = usePack().checklists.find(({ id }) => id === checklistId);
  if (!checklist || !station) {
    return (
      <Screen title={t("not-here-title")} testid="not-here" back={{ href: routeTo("today"), word: t("nav-today") }}>
        <Notice>
          <p>{t("not-here")}</p>
        </Notice>
      </Screen>
    );
  }
  return <ChecklistForm key={route.parts.join(" ")} checklist={checklist} station={station} corrected={corrected} />;
}

function firstAnswers(checklist: Checklist, station: string): Answers {
  // The code was chosen once already and is not asked for a second time.
  const code = checklist.questions.find(({ type }) => type === "code");
  return code ? { [code.id]: station } : {};
}

interface ChecklistFormProps {
  checklist: Checklist;
  station: string;
  /** the first entry of the report that is corrected, or nothing */
  corrected: string;
}

function useChecklistForm({ checklist, station, corrected }: ChecklistFormProps) {
  const { snap, nowMs } = useApp();
  const id = checklistDraftId(checklist.id, station, corrected);
  const begin = (): ChecklistValue => ({
    answers: firstAnswers(checklist, station),
    startedMs: nowMs(),
    captured: "here",
  });
  const form = useDraft<ChecklistValue>({ id, screen: "checklist", stationOf: () => station }, begin);
  const { busy, handIn } = useHandIn(form, routeTo("station", [station]));
  const { answers, startedMs, endedMs, captured, corrects } = form.value;
  const hasTape = standing(snap.records, "tape.submit", station).length > 0;
  const answer = (question: string, given: Answer | undefined, typing?: boolean) => {
    const { [question]: _before, ...others } = answers;
    form.change({ answers: given === undefined ? others : { ...others, [question]: given } }, typing);
  };
  const save = () => {
    const times = { started_ms: startedMs, ended_ms: endedMs ?? nowMs() };
    const body = { station, checklist: checklist.id, answers: visibleAnswers(checklist, answers), ...times, captured };
    void handIn({ kind: "observation.submit", body, ...corrects, draftId: id });
  };
  return { form, busy, hasTape, answer, save, open: openQuestions(checklist, answers, hasTape) };
}

/** The essential ones first: they are what the desk will ask for. */
function showFirst(open: readonly Question[]): void {
  const first = open.find(({ critical }) => critical) ?? open[0];
  const step = first && document.getElementById(`question-${first.id}`);
  // After the dialog has given the focus back to where it came from.
  requestAnimationFrame(() => {
    step?.querySelector<HTMLElement>("input, textarea, a")?.focus({ preventScroll: true });
    step?.scrollIntoView({ block: "center" });
  });
}

function ChecklistForm(props: ChecklistFormProps) {
  const { checklist, station } = props;
  const { t, snap } = useApp();
  const { form, busy, hasTape, answer, save, open } = useChecklistForm(props);
  const [asking, setAsking] = useState(false);
  const { answered, asked } = progressOf(checklist, form.value.answers, Number(hasTape));
  const done = t("checklist-progress", { answered: String(answered), asked: String(asked) });
  const check = () => (open.length > 0 ? setAsking(true) : save());
  const closing = (act: () => void) => () => {
    setAsking(false);
    act();
  };
  const bar = (
    <SaveBar kept={form.kept} begun={form.begun} busy={busy} word={t("checklist-save")} onSave={check}>
      <span data-testid="progress" class="strong">
        {done}
      </span>
    </SaveBar>
  );
  const missing = open.map(({ id, label, critical }) => ({ id, words: named(label, snap.language), critical }));
  return (
    <Screen
      title={named(checklist.name, snap.language)}
      testid="checklist"
      line={<StationLine code={station} />}
      bar={bar}
      back={{ href: routeTo("station", [station]), word: t("word-back") }}
    >
      <progress class="progress" value={answered} max={asked} aria-label={done} />
      <Circumstances form={form} />
      <Questions {...props} answers={form.value.answers} hasTape={hasTape} onAnswer={answer} />
      {asking && <MissingDialog missing={missing} onSave={closing(save)} onFill={closing(() => showFirst(open))} />}
    </Screen>
  );
}

/** Whether this corrects something, and whether it is typed from paper. */
function Circumstances({ form: { value, change } }: { form: DraftForm<ChecklistValue> }) {
  const { t } = useApp();
  return (
    <>
      {value.corrects && (
        <Notice>
          <p>{t("word-correcting")}</p>
        </Notice>
      )}
      <div class="step">
        <PaperSwitch captured={value.captured} onChange={(captured) => change({ captured })} />
        {value.captured === "paper" && (
          <PaperTimes startedMs={value.startedMs} endedMs={value.endedMs} onChange={change} />
        )}
      </div>
    </>
  );
}

interface QuestionsProps extends ChecklistFormProps {
  answers: Answers;
  hasTape: boolean;
  onAnswer: (question: string, given: Answer | undefined, typing?: boolean) => void;
}

function Questions({ checklist, station, corrected, answers, hasTape, onAnswer }: QuestionsProps) {
  const here = routeTo("checklist", [checklist.id, station, ...(corrected ? [corrected] : [])]);
  return (
    <>
      {visibleQuestions(checklist, answers).map((question, place) => (
        <QuestionStep
          key={question.id}
          question={question}
          place={place + 1}
          answer={answers[question.id]}
          hasTape={hasTape}
          onAnswer={(given, typing) => onAnswer(question.id, given, typing)}
          tapeHref={routeTo("tape", [station])}
          incidentHref={(type) => routeTo("incident", [], { type, station, back: here })}
        />
      ))}
    </>
  );
}

function PaperTimes(props: { startedMs: number; endedMs?: number; onChange: (part: Partial<ChecklistValue>) => void }) {
  const { t } = useApp();
  const zone = usePack().settings.time_zone;
  return (
    <div class="stack">
      <MomentField
        testid="started"
        label={t("checklist-started")}
        zone={zone}
        value={props.startedMs}
        onChange={(startedMs) => {
          if (startedMs !== undefined) props.onChange({ startedMs });
        }}
      />
      <MomentField
        testid="ended"
        label={t("checklist-ended")}
        zone={zone}
        value={props.endedMs}
        onChange={(endedMs) => props.onChange({ endedMs })}
      />
    </div>
  );
}
