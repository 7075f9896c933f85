/** One checklist of one station: every question in one list, kept at each answer, handed in whole or not. */
import { useState } from "preact/hooks";
import { Notice } from "../../ui/notices.tsx";
import { Screen } from "../../ui/screen.tsx";
import { progressOf, visibleAnswers, visibleQuestions } from "../../core/checklist.ts";
import type { Answer, Answers, Checklist } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { PaperSwitch, SaveBar, StationLine, type Captured } from "../forms/form_pieces.tsx";
import { MissingDialog } from "../forms/missing_dialog.tsx";
import { QuestionStep } from "../forms/question.tsx";
import { MomentField } from "../forms/time_field.tsx";
import { useDraft } from "../forms/use_draft.ts";
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
export const checklistDraftId = (checklist: string, station: string, corrected = "") => ["checklist", checklist, station, corrected].join(" ").trim();

export function ChecklistScreen({ route }: { route: Route }) {
  const { t } = useApp();
  const [checklistId = "", station = "", corrected = ""] = route.parts;
  const checklist = usePack().checklists.find(({ id }) => id === checklistId);
  if (!checklist || !station) {
    return (
      <Screen title={t("not-here-title")} testid="not-here" back={{ href: routeTo("today"), word: t("nav-today") }}>
        <Notice><p>{t("not-here")}</p></Notice>
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

function ChecklistForm({ checklist, station, corrected }: { checklist: Checklist; station: string; corrected: string }) {
  const { t, snap, nowMs } = useApp();
  const id = checklistDraftId(checklist.id, station, corrected);
  const form = useDraft<ChecklistValue>({ id, screen: "checklist", station }, () => ({ answers: firstAnswers(checklist, station), startedMs: nowMs(), captured: "here" }));
  const { value, change } = form;
  const { busy, handIn } = useHandIn(form, routeTo("station", [station]));
  const [asking, setAsking] = useState(false);
  const hasTape = standing(snap.records, "tape.submit", station).length > 0;
  const progress = progressOf(checklist, value.answers, Number(hasTape));
  const open = openQuestions(checklist, value.answers, hasTape);
  const answer = (question: string, given: Answer | undefined, typing?: boolean) => {
    const { [question]: _before, ...others } = value.answers;
    change({ answers: given === undefined ? others : { ...others, [question]: given } }, typing);
  };
  const save = () => {
    setAsking(false);
    const body = {
      station, checklist: checklist.id, answers: visibleAnswers(checklist, value.answers),
      started_ms: value.startedMs, ended_ms: value.endedMs ?? nowMs(), captured: value.captured,
    };
    void handIn({ kind: "observation.submit", body, ...value.corrects, draftId: id });
  };
  const fill = () => {
    setAsking(false);
    const first = open.find(({ critical }) => critical) ?? open[0];
    const step = first && document.getElementById(`question-${first.id}`);
    // After the dialog has given the focus back to where it came from.
    requestAnimationFrame(() => {
      step?.querySelector<HTMLElement>("input, textarea, a")?.focus({ preventScroll: true });
      step?.scrollIntoView({ block: "center" });
    });
  };
  const here = routeTo("checklist", [checklist.id, station, ...(corrected ? [corrected] : [])]);
  const bar = (
    <SaveBar kept={form.kept} begun={form.begun} busy={busy} word={t("checklist-save")} onSave={() => (open.length > 0 ? setAsking(true) : save())}>
      <span data-testid="progress" class="strong">{t("checklist-progress", { answered: String(progress.answered), asked: String(progress.asked) })}</span>
    </SaveBar>
  );
  return (
    <Screen title={named(checklist.name, snap.language)} testid="checklist" line={<StationLine code={station} />} bar={bar}
      back={{ href: routeTo("station", [station]), word: t("back") }}>
      <progress class="progress" value={progress.answered} max={progress.asked} aria-label={t("checklist-progress", { answered: String(progress.answered), asked: String(progress.asked) })} />
      {value.corrects && <Notice><p>{t("correcting")}</p></Notice>}
      <div class="step">
        <PaperSwitch captured={value.captured} onChange={(captured) => change({ captured })} />
        {value.captured === "paper" && <PaperTimes startedMs={value.startedMs} endedMs={value.endedMs} onChange={change} />}
      </div>
      {visibleQuestions(checklist, value.answers).map((question, place) => (
        <QuestionStep key={question.id} question={question} place={place + 1} answer={value.answers[question.id]} hasTape={hasTape}
          onAnswer={(given, typing) => answer(question.id, given, typing)} tapeHref={routeTo("tape", [station])}
          incidentHref={(type) => routeTo("incident", [], { type, station, back: here })} />
      ))}
      {asking && (
        <MissingDialog missing={open.map(({ id: missing, label, critical }) => ({ id: missing, words: named(label, snap.language), critical }))}
          onSave={save} onFill={fill} />
      )}
    </Screen>
  );
}

function PaperTimes(props: { startedMs: number; endedMs?: number; onChange: (part: Partial<ChecklistValue>) => void }) {
  const { t } = useApp();
  const zone = usePack().settings.time_zone;
  return (
    <div class="stack">
      <MomentField testid="started" label={t("checklist-started")} zone={zone} value={props.startedMs}
        onChange={(startedMs) => { if (startedMs !== undefined) props.onChange({ startedMs }); }} />
      <MomentField testid="ended" label={t("checklist-ended")} zone={zone} value={props.endedMs} onChange={(endedMs) => props.onChange({ endedMs })} />
    </div>
  );
}
