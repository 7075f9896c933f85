/** Whether the tape adds up, told as something to look at once more: the tape itself may be what is wrong. */
import { Notice } from "../../ui/notices.tsx";
import { differenceHundredths, tapeWarnings, type Votes } from "../../core/tape.ts";
import { useApp, usePack } from "../app_context.ts";
import { standing } from "../rules/reports.ts";
import { tapeDraftId, type Count, type TapeValue } from "./tape_value.ts";

interface SumsProps {
  station: string;
  count: Count;
  value: TapeValue;
  /** registered voters by the register */
  register: number | undefined;
}

export function SumsNotice({ station, count, value, register }: SumsProps) {
  const { t } = useApp();
  const warnings = tapeWarnings(value.figures, value.votes).map(({ code, expected, found }) =>
    t(`sum-${code}`, { expected: String(expected), found: String(found) }),
  );
  const { registered, ballots, valid } = value.figures;
  if (register && registered !== undefined && registered !== register) {
    warnings.push(t("sum-register", { expected: String(register), found: String(registered) }));
  }
  const comparable = ballots !== undefined && valid !== undefined;
  return (
    <div class="stack" role="status" data-testid="sums" data-wrong={warnings.length}>
      {warnings.length > 0 && (
        <Notice tone="care">
          <p class="strong notice-line">{t("sum-look-again")}</p>
          <ul class="points">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
      {warnings.length === 0 && comparable && (
        <Notice tone="server">
          <p>{t("sum-fits")}</p>
        </Notice>
      )}
      <CountDifference station={station} count={count} votes={value.votes} />
    </div>
  );
}

/** The other count's votes: its draft if there is one, else what was handed in. */
function useOtherVotes(station: string, count: Count): Votes | null {
  const { snap } = useApp();
  const other: Count = count === "machine" ? "manual" : "machine";
  const draft = snap.drafts.find(({ id }) => id === tapeDraftId(station, other));
  if (draft) return (draft.value as TapeValue).votes;
  const record = standing(snap.records, "tape.submit", station).findLast(({ body }) => body["count"] === other);
  return (record?.body["votes"] as Votes | undefined) ?? null;
}

function CountDifference({ station, count, votes }: { station: string; count: Count; votes: Votes }) {
  const { t } = useApp();
  const limit = usePack().settings.manual_count_difference_percent;
  const other = useOtherVotes(station, count);
  if (!other || Object.keys(votes).length === 0) return null;
  const hundredths = count === "machine" ? differenceHundredths(votes, other) : differenceHundredths(other, votes);
  if (hundredths === null) return null;
  const percent = String(hundredths / 100);
  return (
    <Notice tone={hundredths > limit * 100 ? "look" : "note"} testid="count-difference">
      <p class="notice-line">{t("count-difference", { percent })}</p>
      {hundredths > limit * 100 && <p class="strong">{t("count-difference-large", { limit: String(limit) })}</p>}
    </Notice>
  );
}
