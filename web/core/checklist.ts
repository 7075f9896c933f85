/** Which questions of a checklist are asked, which answers were not expected, and how much is done. */
import type { Answer, Answers, Checklist, Question } from "../device/types.ts";

export interface Unexpected {
  question: string;
  incident: string;
}

export interface Progress {
  answered: number;
  asked: number;
  /** critical questions still without an answer */
  missing: string[];
}

function isMet(question: Question, answers: Answers): boolean {
  const condition = question.show_if;
  if (!condition) return true;
  const answer = answers[condition.question];
  if (answer === undefined) return false;
  if (condition.is) return condition.is.includes(String(answer));
  return typeof answer === "number" && answer > (condition.above ?? 0);
}

/** In order. A question that hangs on a question that is not asked is not asked either, whatever was answered before. */
export function visibleQuestions(checklist: Checklist, answers: Answers): Question[] {
  const asked: Answers = {};
  return checklist.questions.filter((question) => {
    if (!isMet(question, asked)) return false;
    const answer = answers[question.id];
    if (answer !== undefined) asked[question.id] = answer;
    return true;
  });
}

/** What is handed in: the answers to the questions that are asked, without empty texts. */
export function visibleAnswers(checklist: Checklist, answers: Answers): Answers {
  const kept: Answers = {};
  for (const question of visibleQuestions(checklist, answers)) {
    const answer = answers[question.id];
    if (answer !== undefined && answer !== "") kept[question.id] = answer;
  }
  return kept;
}

/** Whether an answer departs from what the question expects; "does not apply" never does. */
export function isUnexpected(question: Question, answer: Answer | undefined): boolean {
  if (question.expected === null || answer === undefined || answer === "" || answer === "na") return false;
  return !question.expected.split(";").includes(String(answer));
}

/** The answers that suggest an incident, with the type each suggests, in the order of the questions. */
export function unexpectedAnswers(checklist: Checklist, answers: Answers): Unexpected[] {
  return visibleQuestions(checklist, answers)
    .filter((question) => question.incident !== null && isUnexpected(question, answers[question.id]))
    .map((question) => ({ question: question.id, incident: question.incident as string }));
}

/** How much of what is asked is answered; `photos` answer a question for a photo. */
export function progressOf(checklist: Checklist, answers: Answers, photos: number): Progress {
  const kept = visibleAnswers(checklist, answers);
  const asked = visibleQuestions(checklist, answers);
  const isOpen = (question: Question) => (question.type === "photo" ? photos === 0 : kept[question.id] === undefined);
  const open = asked.filter(isOpen);
  return {
    answered: asked.length - open.length,
    asked: asked.length,
    missing: open.filter((question) => question.critical).map((question) => question.id),
  };
}
