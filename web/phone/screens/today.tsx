/** The observer's day: my stations and what is due at them, what is half done, and what the desk says. */
import { Button, LinkButton } from "../../ui/controls.tsx";
import { Chip, Notice } from "../../ui/notices.tsx";
import { Row, Screen } from "../../ui/screen.tsx";
import type { Route } from "../route.ts";
import { useApp, usePack } from "../app_context.ts";
import { DraftList } from "../forms/draft_list.tsx";
import { JoinAgain } from "../forms/join_again.tsx";
import { ServerNews } from "../forms/server_news.tsx";
import { StationCard } from "../forms/station_card.tsx";
import { routeTo } from "../route.ts";
import { clockTime } from "../rules/clock_time.ts";
import { phaseNow } from "../rules/day_plan.ts";
import { openVisit, stationOf } from "../rules/reports.ts";
import { named } from "../words.ts";

/** The assigned stations, and any other where the observer still is. */
function useMyStations(): string[] {
  const { snap } = useApp();
  const visited = snap.records.filter(({ kind }) => kind === "visit.open").map((record) => stationOf(record) ?? "");
  const elsewhere = visited.filter((code) => code && openVisit(snap.records, code));
  return [...new Set([...elsewhere, ...snap.stations.map(({ code }) => code)])];
}

export function TodayScreen({}: { route: Route }) {
  const { snap, t, nowMs } = useApp();
  const codes = useMyStations();
  const me = snap.me;
  const phase = me && phaseNow(nowMs(), me.election);
  return (
    <Screen title={t("today-title")} testid="today" line={me && <>{named(me.election.name, snap.language)}</>}>
      <div class="row">
        <Chip tone={snap.online ? "server" : "phone"} testid="online" state={snap.online ? "online" : "offline"}>
          {t(snap.online ? "word-online" : "word-offline")}
        </Chip>
        {phase && <Chip testid="phase">{t("today-phase", { phase: t(`phase-${phase}`) })}</Chip>}
      </div>
      <Alerts />
      <LatestMessage />
      <DraftList />
      {codes.length === 0 && (
        <Notice testid="today-empty">
          <p>{t("today-no-stations")}</p>
        </Notice>
      )}
      {codes.map((code) => (
        <StationCard key={code} code={code} />
      ))}
      <LinkButton testid="today-other-station" icon="search" wide href={routeTo("station")}>
        {t("today-other-station")}
      </LinkButton>
    </Screen>
  );
}

function Alerts() {
  const { phone, snap, t } = useApp();
  const stuck = snap.records.filter(({ state }) => state === "look").length;
  return (
    <>
      {snap.outbox.lastError?.startsWith("token-") && (
        <Notice tone="look" testid="alert-token">
          {snap.outbox.lastError === "token-unknown" ? <JoinAgain /> : <p>{t(`problem-${snap.outbox.lastError}`)}</p>}
        </Notice>
      )}
      {stuck > 0 && (
        <Notice tone="look" testid="alert-look">
          <p>{t("today-look", { count: String(stuck) })}</p>
          <LinkButton testid="alert-look-open" href={routeTo("outbox")}>
            {t("today-look-open")}
          </LinkButton>
        </Notice>
      )}
      <Questions />
      <ServerNews />
      {snap.update === "ready" && (
        <Notice testid="alert-update">
          <p>{t("update-ready")}</p>
          <Button testid="update-apply" icon="again" onPress={() => void phone.applyUpdate()}>
            {t("update-apply")}
          </Button>
        </Notice>
      )}
    </>
  );
}

/** Reports that the desk doubts or read otherwise, until the observer has answered with a newer account. */
function Questions() {
  const { snap, t } = useApp();
  const asked = snap.records.filter(
    (record) => record.review && record.review.finding !== "uphold" && !record.supersededBy && !record.retracted,
  );
  if (asked.length === 0) return null;
  return (
    <Notice tone="care" testid="alert-review">
      <p>{t("today-review", { count: String(asked.length) })}</p>
      <LinkButton
        testid="alert-review-open"
        href={asked.length === 1 ? routeTo("record", [asked[0]!.id]) : routeTo("outbox")}
      >
        {t("today-look-open")}
      </LinkButton>
    </Notice>
  );
}

function LatestMessage() {
  const { snap, t } = useApp();
  const zone = usePack().settings.time_zone;
  const latest = snap.messages.reduce<(typeof snap.messages)[number] | null>(
    (last, one) => (last && last.atMs > one.atMs ? last : one),
    null,
  );
  if (!latest) return null;
  return (
    <ul class="list">
      <li>
        <Row testid="latest-message" href={routeTo("messages")}>
          <span class="small quiet">{t("message-from-desk", { hour: clockTime(latest.atMs, zone).hour })}</span>
          <span class="strong" dir="auto">
            {latest.text}
          </span>
        </Row>
      </li>
    </ul>
  );
}
