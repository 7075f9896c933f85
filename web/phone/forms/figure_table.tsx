/** The figures of a tape in the order in which it prints them: word at one side, number at the other. */
import { useId } from "preact/hooks";
import { FigureField } from "../../ui/fields.tsx";
import { sumOfVotes, type Figures, type Votes } from "../../core/tape.ts";
import { useApp, usePack } from "../app_context.ts";
import { named } from "../words.ts";
import { FIGURE_NAMES } from "./tape_value.ts";

interface LineProps {
  testid: string;
  word: string;
  code?: string;
  value: number | undefined;
  onChange: (figure: number | undefined) => void;
}

function FigureLine({ testid, word, code, value, onChange }: LineProps) {
  const id = useId();
  return (
    <div class="tally-row">
      <span id={id} class="list-words">
        <span>{word}</span>
        {code && !word.includes(code) && <bdi class="small quiet">{code}</bdi>}
      </span>
      <FigureField testid={testid} label={word} labelledBy={id} value={value} onChange={onChange} />
    </div>
  );
}

/** An empty field leaves the figure out: unread is not zero. */
function without<Key extends string>(
  figures: Partial<Record<Key, number>>,
  key: Key,
  figure: number | undefined,
): Partial<Record<Key, number>> {
  const changed = { ...figures };
  if (figure === undefined) delete changed[key];
  else changed[key] = figure;
  return changed;
}

export function FigureTable({ figures, onChange }: { figures: Figures; onChange: (figures: Figures) => void }) {
  const { t } = useApp();
  return (
    <div class="tally">
      {FIGURE_NAMES.map((name) => (
        <FigureLine
          key={name}
          testid={`figure-${name}`}
          word={t(`figure-${name}`)}
          value={figures[name]}
          onChange={(figure) => onChange(without(figures, name, figure))}
        />
      ))}
    </div>
  );
}

export function VotesTable({ votes, onChange }: { votes: Votes; onChange: (votes: Votes) => void }) {
  const { t, snap } = useApp();
  return (
    <div class="tally">
      {usePack().settings.lists.map(({ code, name }) => (
        <FigureLine
          key={code}
          testid={`votes-${code}`}
          word={named(name, snap.language)}
          code={code}
          value={votes[code]}
          onChange={(figure) => onChange(without(votes, code, figure) as Votes)}
        />
      ))}
      <p class="row row-apart strong">
        <span>{t("tape-votes-sum")}</span>
        <bdi class="figure" data-testid="votes-sum">
          {Object.keys(votes).length > 0 ? sumOfVotes(votes) : "–"}
        </bdi>
      </p>
    </div>
  );
}
