/** One record: where it is, what it says, what the desk found, how it came about, and how to put it right. */
import { LinkButton } from "../../ui/controls.tsx";
import { Chip, Notice } from "../../ui/notices.tsx";
import { Card, Screen } from "../../ui/screen.tsx";
import type { StoredRecord } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { ProofCard } from "../forms/proof_card.tsx";
import { RecordActions } from "../forms/record_actions.tsx";
import { RecordFacts } from "../forms/record_facts.tsx";
import { StateChip } from "../forms/record_list.tsx";
import { RecordPhotos } from "../forms/record_photos.tsx";
import { recordTitle } from "../forms/record_title.ts";
import { routeTo, type Route } from "../route.ts";
import { clockTime, shortDay } from "../rules/clock_time.ts";
import { historyOf, isThere } from "../rules/reports.ts";
import { sayOr } from "../words.ts";

export function RecordScreen({ route }: { route: Route }) {
  const { snap, t } = useApp();
  const [id] = route.parts;
  const record = snap.records.find((one) => one.id === id);
  const back = { href: routeTo("outbox"), word: t("nav-outbox") };
  if (!record) {
    return (
      <Screen title={t("not-here-title")} testid="not-here" back={back}>
        <Notice>
          <p>{t("not-here")}</p>
        </Notice>
      </Screen>
    );
  }
  const history = historyOf(snap.records, record);
  const saved = route.query.get("saved") !== null;
  const onwards = route.query.get("back");
  return (
    <Screen title={recordTitle(record, snap, t)} testid="record" back={back}>
      {saved && !record.retracted && !record.supersededBy && <Saved record={record} onwards={onwards} />}
      <State record={record} />
      <Reviewed record={record} />
      <Card>
        <RecordFacts record={record} />
      </Card>
      {record.photos.length > 0 && (
        <Card title={t("photo-label")}>
          <RecordPhotos photos={record.photos} />
        </Card>
      )}
      <ProofCard record={record} />
      <RecordActions record={record} history={history} />
      {history.length > 1 && <History history={history} shown={record} />}
    </Screen>
  );
}

function Saved({ record, onwards }: { record: StoredRecord; onwards: string | null }) {
  const { t } = useApp();
  return (
    <Notice tone="server" testid="saved">
      <p class="strong notice-line">{t(isThere(record) ? "saved-on-server" : "saved-on-phone")}</p>
      <p class="notice-line">{t("saved-explained")}</p>
      <div class="row">
        {onwards && onwards.startsWith("#/") && (
          <LinkButton testid="saved-onwards" look="primary" href={onwards}>
            {t(onwards.startsWith("#/checklist") ? "saved-onwards" : "today-all-forms")}
          </LinkButton>
        )}
        <LinkButton testid="saved-today" href={routeTo("today")}>
          {t("nav-today")}
        </LinkButton>
      </div>
    </Notice>
  );
}

function State({ record }: { record: StoredRecord }) {
  const { t } = useApp();
  const why = record.why ?? record.lastError;
  return (
    <Card>
      <div class="row">
        <StateChip record={record} />
        {record.retracted && <Chip testid="record-retracted">{t("record-retracted")}</Chip>}
        {record.supersededBy && <Chip testid="record-superseded">{t("record-superseded")}</Chip>}
      </div>
      <p class="quiet">{t(`state-${record.state}-means`)}</p>
      {record.state === "look" && (
        <Notice tone="look" testid="record-why">
          <p class="notice-line">{sayOr(t, `why-${why}`, "why-other")}</p>
          {why && <p class="small">{t("reason-code", { code: why })}</p>}
        </Notice>
      )}
      {record.supersededBy && (
        <LinkButton testid="record-newer" href={routeTo("record", [record.supersededBy])}>
          {t("record-newer")}
        </LinkButton>
      )}
    </Card>
  );
}

function Reviewed({ record }: { record: StoredRecord }) {
  const { t } = useApp();
  const zone = usePack().settings.time_zone;
  const review = record.review;
  if (!review) return null;
  return (
    <Notice tone={review.finding === "uphold" ? "server" : "care"} testid="record-finding">
      <p class="strong notice-line">
        {sayOr(t, `finding-${review.finding}`, "finding-other")} · <bdi>{clockTime(review.atMs, zone).hour}</bdi>
      </p>
      {review.reason && (
        <p dir="auto" class="message notice-line">
          {review.reason}
        </p>
      )}
      {review.finding !== "uphold" && <p>{t("finding-what-to-do")}</p>}
    </Notice>
  );
}

function History({ history, shown }: { history: readonly StoredRecord[]; shown: StoredRecord }) {
  const { snap, t } = useApp();
  const zone = usePack().settings.time_zone;
  return (
    <section class="stack-tight">
      <h2>{t("record-history")}</h2>
      <ol class="list" data-testid="history">
        {history.map((entry, place) => {
          const { day, hour } = clockTime(entry.savedAtMs, zone);
          const correction = place > 0 && entry.kind === shown.kind;
          return (
            <li key={entry.id}>
              <a
                class="list-row press"
                href={routeTo("record", [entry.id])}
                data-testid={`history-${place + 1}`}
                aria-current={entry.id === shown.id ? "true" : undefined}
              >
                <span class="list-words">
                  <span class="strong">{correction ? t("kind-correction") : recordTitle(entry, snap, t)}</span>
                  {typeof entry.body["reason"] === "string" && <span dir="auto">{entry.body["reason"]}</span>}
                  <span class="small quiet">
                    <bdi>
                      {shortDay(day)} {hour}
                    </bdi>
                  </span>
                  <span>
                    <StateChip record={entry} testid={`history-state-${place + 1}`} />
                  </span>
                </span>
              </a>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
