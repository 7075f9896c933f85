/** One question of a checklist with large answers; an answer that should not be so offers the report that belongs to it. */
import { Button, Choices, LinkButton, type Choice } from "../../ui/controls.tsx";
import { FigureField, TextField } from "../../ui/fields.tsx";
import { Chip, Notice } from "../../ui/notices.tsx";
import type { Answer, Question } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { clockTime } from "../rules/clock_time.ts";
import { isUnexpected } from "../../core/checklist.ts";
import { named } from "../words.ts";
import { HourField } from "./time_field.tsx";

interface QuestionProps {
  question: Question;
  place: number;
  answer: Answer | undefined;
  onAnswer: (answer: Answer | undefined, typing?: boolean) => void;
  /** where a report of what is wrong begins, and where the tape is */
  incidentHref: (type: string) => string;
  tapeHref: string;
  hasTape: boolean;
}

export function QuestionStep(props: QuestionProps) {
  const { t, snap } = useApp();
  const { question, place, answer } = props;
  const offered = question.incident && isUnexpected(question, answer) ? question.incident : null;
  return (
    <div class="step" id={`question-${question.id}`} data-testid={`question-${question.id}`} tabIndex={-1}>
      <div class="step-head">
        <span class="number"><bdi>{place}</bdi></span>
        {question.critical && <Chip testid={`critical-${question.id}`}>{t("critical")}</Chip>}
        {answer !== undefined && question.type !== "photo" && (
          <Button testid={`clear-${question.id}`} look="quiet" label={t("clear-answer", { place: String(place) })} onPress={() => props.onAnswer(undefined)}>{t("clear")}</Button>
        )}
      </div>
      <AnswerField {...props} label={named(question.label, snap.language)} />
      {offered && <Offer question={question} type={offered} href={props.incidentHref(offered)} />}
    </div>
  );
}

function Offer({ question, type, href }: { question: Question; type: string; href: string }) {
  const { t, snap } = useApp();
  const label = usePack().incident_types.find(({ code }) => code === type)?.label;
  return (
    <Notice tone="care" testid={`unexpected-${question.id}`}>
      <p class="notice-line">{t("unexpected")}</p>
      <p class="strong notice-line">{named(label, snap.language)}</p>
      <LinkButton testid={`report-${question.id}`} icon="report" href={href}>{t("unexpected-report")}</LinkButton>
    </Notice>
  );
}

// Up to three short answers stand side by side; more stand two and two.
function columnsOf(options: readonly Choice[]): 1 | 2 | 3 {
  if (options.length > 4) return 1;
  return options.length === 3 ? 3 : 2;
}

function AnswerField({ question, answer, onAnswer, label, tapeHref, hasTape }: QuestionProps & { label: string }) {
  const { t, snap, nowMs } = useApp();
  const zone = usePack().settings.time_zone;
  const testid = `answer-${question.id}`;
  const text = answer === undefined ? "" : String(answer);
  switch (question.type) {
    case "int":
      return <FigureField testid={testid} label={label} value={typeof answer === "number" ? answer : undefined} onChange={(figure) => onAnswer(figure, true)} />;
    case "time":
      return <HourField testid={testid} label={label} value={text || undefined} onChange={(hour) => onAnswer(hour, true)} nowHour={() => clockTime(nowMs(), zone).hour} />;
    case "text":
    case "code":
      return <TextField testid={testid} label={label} kind={question.type} value={text} limit={500} onChange={(typed) => onAnswer(typed === "" ? undefined : typed, true)} />;
    case "photo":
      return (
        <div class="stack-tight">
          <p class="field-label">{label}</p>
          {hasTape ? <p><Chip tone="server">{t("tape-there")}</Chip></p> : <LinkButton testid={testid} icon="tape" href={tapeHref}>{t("tape-open")}</LinkButton>}
        </div>
      );
    default: {
      const given = question.options?.length ? question.options : fallbackOptions(question.type, t);
      const options = given.map((option) => ({
        value: option.value, label: typeof option.label === "string" ? option.label : named(option.label, snap.language) }));
      return <Choices name={testid} legend={label} options={options} columns={columnsOf(options)} value={text || undefined} onChange={(value) => onAnswer(value)} />;
    }
  }
}

// A pack may leave out the answers that every yes-or-no question has.
function fallbackOptions(type: Question["type"], t: (id: string) => string) {
  const values = type === "yes_no_na" ? ["yes", "no", "na"] : type === "yes_no" ? ["yes", "no"] : [];
  return values.map((value) => ({ value, label: t(`answer-${value}`) }));
}
