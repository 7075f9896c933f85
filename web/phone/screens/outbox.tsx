/** What has been handed in and where it is now: what waits, what needs a look, and the ways to help it along. */
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { Notice } from "../../ui/notices.tsx";
import { Card, Screen } from "../../ui/screen.tsx";
import type { RecordState, StoredRecord } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { DraftList } from "../forms/draft_list.tsx";
import { ExportButton } from "../forms/export_button.tsx";
import { RecordList } from "../forms/record_list.tsx";
import type { Route } from "../route.ts";
import { clockTime, shortDay } from "../rules/clock_time.ts";
import { listed } from "../rules/reports.ts";
import { sayOr } from "../words.ts";

const ORDER: readonly RecordState[] = ["look", "phone", "server", "proved"];

export function OutboxScreen({}: { route: Route }) {
  const { snap, t } = useApp();
  const records = listed(snap.records);
  return (
    <Screen title={t("outbox-title")} testid="outbox">
      <Sending />
      <DraftList />
      {records.length === 0 && (
        <Notice testid="outbox-empty">
          <p>{t("outbox-empty")}</p>
        </Notice>
      )}
      {ORDER.map((state) => (
        <Section key={state} state={state} records={records.filter((record) => record.state === state)} />
      ))}
    </Screen>
  );
}

function Section({ state, records }: { state: RecordState; records: readonly StoredRecord[] }) {
  const { t } = useApp();
  if (records.length === 0) return null;
  return (
    <section class="stack-tight" data-testid={`outbox-${state}`}>
      <h2>
        {t(`state-${state}`)} <bdi class="quiet">{records.length}</bdi>
      </h2>
      <RecordList records={records} />
    </section>
  );
}

// The wait until the next attempt is counted down in front of the observer.
const TICK_MS = 1000;

function useSecondsUntil(atMs: number | undefined): number | null {
  const { nowMs } = useApp();
  const [now, setNow] = useState(nowMs());
  useEffect(() => {
    if (atMs === undefined) return;
    const timer = setInterval(() => setNow(nowMs()), TICK_MS);
    return () => clearInterval(timer);
  }, [atMs]);
  return atMs === undefined || atMs <= now ? null : Math.ceil((atMs - now) / 1000);
}

function Sending() {
  const { phone, snap, t } = useApp();
  const { waiting, photosWaiting, sending } = snap.outbox;
  const nothing = waiting + photosWaiting === 0;
  const counts = { records: String(waiting), photos: String(photosWaiting) };
  return (
    <Card testid="outbox-status">
      <div role="status" class="stack-tight">
        <p class="strong" data-testid="outbox-waiting">
          {nothing ? t("outbox-all-sent") : t("outbox-waiting", counts)}
        </p>
        {!snap.online && <p data-testid="outbox-offline">{t("outbox-offline")}</p>}
        {sending && <p>{t("outbox-sending")}</p>}
      </div>
      <LastContact />
      {!sending && <Setback nothing={nothing} />}
      <div class="row row-fill">
        <Button
          testid="outbox-retry"
          icon="again"
          look={nothing ? "plain" : "primary"}
          busy={sending}
          onPress={() => void phone.retryNow()}
        >
          {t("outbox-retry")}
        </Button>
        <ExportButton />
      </div>
      <p class="hint">{t("outbox-export-hint")}</p>
    </Card>
  );
}

function LastContact() {
  const { snap, t } = useApp();
  const zone = usePack().settings.time_zone;
  const atMs = snap.outbox.lastExchangeMs;
  if (atMs === undefined) return <p class="small quiet">{t("outbox-never")}</p>;
  const { day, hour } = clockTime(atMs, zone);
  return (
    <p class="small quiet">
      {t("outbox-last")} <bdi>{`${shortDay(day)} ${hour}`}</bdi>
    </p>
  );
}

/** What stopped the last attempt and when the next one comes. That there is no network is said once already. */
function Setback({ nothing }: { nothing: boolean }) {
  const { snap, t } = useApp();
  const { lastError, nextTryMs } = snap.outbox;
  const seconds = useSecondsUntil(nextTryMs);
  const isNews = lastError && (snap.online || lastError !== "no-network");
  return (
    <>
      {isNews && (
        <Notice tone="care" testid="outbox-error">
          <p>{sayOr(t, `problem-${lastError}`, "problem-other")}</p>
        </Notice>
      )}
      {seconds !== null && !nothing && <p class="small quiet">{t("outbox-next", { seconds: String(seconds) })}</p>}
    </>
  );
}
