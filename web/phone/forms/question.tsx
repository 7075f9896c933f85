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
        <span class="number">
          <bdi>{place}</bdi>
        </span>
        {question.critical && <Chip testid={`critical-${question.id}`}>{t("word-critical")}</Chip>}
        {answer !== undefined && question.type !== "photo" && (
          <Button
            testid={`clear-${question.id}`}
            look="quiet"
            label={t("clear-answer", { place: String(place) })}
            onPress={() => props.onAnswer(undefined)}
          >
            {t("word-clear")}
          </Button>
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
      <p class="notice-line">{t("word-unexpected")}</p>
      <p class="strong notice-line">{named(label, snap.language)}</p>
      <LinkButton testid={`report-${question.id}`} icon="report" href={href}>
        {t("unexpected-report")}
      </LinkButton>
    </Notice>
  );
}

// Seal numbers and the like; a story belongs into a report.
const LONGEST_ANSWER = 500;

// Up to three short answers stand side by side; more stand two and two.
function columnsOf(options: readonly Choice[]): 1 | 2 | 3 {
  if (options.length > 4) return 1;
  return options.length === 3 ? 3 : 2;
}

type AnswerProps = QuestionProps & { label: string };

function AnswerField(props: AnswerProps) {
  const { question, answer, onAnswer, label } = props;
  const { nowMs } = useApp();
  const zone = usePack().settings.time_zone;
  const shared = { testid: `answer-${question.id}`, label };
  const text = answer === undefined ? "" : String(answer);
  switch (question.type) {
    case "int": {
      const figure = typeof answer === "number" ? answer : undefined;
      return <FigureField {...shared} value={figure} onChange={(typed) => onAnswer(typed, true)} />;
    }
    case "time": {
      const nowHour = () => clockTime(nowMs(), zone).hour;
      return (
        <HourField {...shared} value={text || undefined} onChange={(hour) => onAnswer(hour, true)} nowHour={nowHour} />
      );
    }
    case "text":
    case "code": {
      const take = (typed: string) => onAnswer(typed === "" ? undefined : typed, true);
      return <TextField {...shared} kind={question.type} value={text} limit={LONGEST_ANSWER} onChange={take} />;
    }
    case "photo":
      return <TapeAnswer {...props} />;
    default:
      return <ChoiceAnswer {...props} />;
  }
}

function TapeAnswer({ question, label, tapeHref, hasTape }: AnswerProps) {
  const { t } = useApp();
  return (
    <div class="stack-tight">
      <p class="field-label">{label}</p>
      {hasTape ? (
        <p>
          <Chip tone="server">{t("tape-there")}</Chip>
        </p>
      ) : (
        <LinkButton testid={`answer-${question.id}`} icon="tape" href={tapeHref}>
          {t("tape-open")}
        </LinkButton>
      )}
    </div>
  );
}

function ChoiceAnswer({ question, answer, onAnswer, label }: AnswerProps) {
  const { t, snap } = useApp();
  const given = question.options?.map(({ value, label: words }) => ({ value, label: named(words, snap.language) }));
  const options = given?.length ? given : fallbackOptions(question.type, t);
  return (
    <Choices
      name={`answer-${question.id}`}
      legend={label}
      options={options}
      columns={columnsOf(options)}
      value={answer === undefined ? undefined : String(answer)}
      onChange={(value) => onAnswer(value)}
    />
  );
}

// A pack may leave out the answers that every yes-or-no question has.
function fallbackOptions(type: Question["type"], t: (id: string) => string) {
  const values = type === "yes_no_na" ? ["yes", "no", "na"] : type === "yes_no" ? ["yes", "no"] : [];
  return values.map((value) => ({ value, label: t(`answer-${value}`) }));
}
