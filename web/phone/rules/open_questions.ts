/** The questions of a checklist that still have no answer, critical or not, in order. */
import { visibleAnswers, visibleQuestions } from "../../core/checklist.ts";
import type { Answers, Checklist, Question } from "../../device/types.ts";

/** A photo question is answered by a tape, not by words. */
export function openQuestions(checklist: Checklist, answers: Answers, hasTape: boolean): Question[] {
  const given = visibleAnswers(checklist, answers);
  return visibleQuestions(checklist, answers).filter((question) =>
    question.type === "photo" ? !hasTape : given[question.id] === undefined,
  );
}
