/** Which questions of a checklist are asked, which are still open, and which answers call for a report. */
import type { Answer, Answers, Checklist, Question } from "../../device/types.ts";

/** Whether a question is asked at all, given what has been answered. */
export function isShown(question: Question, answers: Answers): boolean {
  const rule = question.show_if;
  if (!rule) return true;
  const answer = answers[rule.question];
  if (answer === undefined) return false;
  if (rule.above !== undefined) return typeof answer === "number" && answer > rule.above;
  return rule.is?.includes(String(answer)) ?? true;
}

export function shownQuestions(checklist: Checklist, answers: Answers): Question[] {
  return checklist.questions.filter((question) => isShown(question, answers));
}

/** An answer that is not what should be seen at a station that works as it should. */
export function isUnexpected(question: Question, answer: Answer | undefined): boolean {
  if (answer === undefined || answer === "na" || question.expected === null) return false;
  return !question.expected.split(";").includes(String(answer));
}

export interface Progress {
  answered: number;
  asked: number;
  missing: Question[];
  missingCritical: number;
}

/** A photo question is answered by a tape, not by words; whoever calls says whether there is one. */
export function progressOf(checklist: Checklist, answers: Answers, hasTape: boolean): Progress {
  const shown = shownQuestions(checklist, answers);
  const missing = shown.filter((question) =>
    question.type === "photo" ? !hasTape : answers[question.id] === undefined);
  return {
    answered: shown.length - missing.length,
    asked: shown.length,
    missing,
    missingCritical: missing.filter((question) => question.critical).length,
  };
}

/** The answers that are handed in: those to questions that were asked. A hidden one was unsaid by a later answer. */
export function askedAnswers(checklist: Checklist, answers: Answers): Answers {
  const shown = shownQuestions(checklist, answers);
  return Object.fromEntries(shown.flatMap(({ id }) => {
    const answer = answers[id];
    return answer === undefined ? [] : [[id, answer]];
  }));
}
