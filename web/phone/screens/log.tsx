/** The server's log as this phone has seen it; after an alarm, what happened and what to do about it. */
import { useEffect } from "preact/hooks";
import { Chip, Notice } from "../../ui/notices.tsx";
import { Card, Screen } from "../../ui/screen.tsx";
import type { ShownAlarm } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { EvidenceButton } from "../forms/evidence_button.tsx";
import { routeTo, type Route } from "../route.ts";
import { clockTime, shortDay } from "../rules/clock_time.ts";

const TO_DO = ["tell", "safe", "go-on", "save"] as const;

export function LogScreen({}: { route: Route }) {
  const { phone, snap, t } = useApp();
  const { alarms } = snap.log;
  const isNew = alarms.some(({ looked }) => !looked);
  useEffect(() => {
    if (isNew) void phone.log.lookAtAlarms();
  }, [isNew]);
  return (
    <Screen title={t("log-title")} testid="log" back={{ href: routeTo("settings"), word: t("nav-settings") }}>
      {alarms.map((alarm) => (
        <Alarm key={alarm.id} alarm={alarm} />
      ))}
      {alarms.length > 0 && <WhatToDo />}
      <AsSeen />
    </Screen>
  );
}

function useMoment(atMs: number): string {
  const { day, hour } = clockTime(atMs, usePack().settings.time_zone);
  return `${shortDay(day)} ${hour}`;
}

function Fact({ name, value }: { name: string; value: string }) {
  const { t } = useApp();
  return (
    <div>
      <dt>{t(name)}</dt>
      <dd class="breakable">
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

function Alarm({ alarm }: { alarm: ShownAlarm }) {
  const { t } = useApp();
  const at = useMoment(alarm.atMs);
  return (
    <section class="card" data-testid="alarm" data-why={alarm.why}>
      <Notice tone="look">
        <p class="strong notice-line">{t(`alarm-${alarm.why}`)}</p>
        {alarm.why !== "not-included" && <p class="notice-line">{t("alarm-refused")}</p>}
      </Notice>
      <dl class="facts">
        <Fact name="alarm-at" value={at} />
        {alarm.keptSize !== undefined && <Fact name="alarm-kept-size" value={String(alarm.keptSize)} />}
        {alarm.refusedSize !== undefined && <Fact name="alarm-refused-size" value={String(alarm.refusedSize)} />}
      </dl>
    </section>
  );
}

function WhatToDo() {
  const { t } = useApp();
  return (
    <Card title={t("alarm-todo")} testid="alarm-todo">
      <ol class="steps">
        {TO_DO.map((step) => (
          <li key={step}>{t(`alarm-todo-${step}`)}</li>
        ))}
      </ol>
      <EvidenceButton chief />
      <p class="quiet">{t("alarm-mistake")}</p>
    </Card>
  );
}

function AsSeen() {
  const { snap, t } = useApp();
  const { known, alarms } = snap.log;
  const at = useMoment(known?.atMs ?? 0);
  const proved = snap.records.filter(({ proof }) => proof).length;
  return (
    <Card testid="log-seen">
      <p>{t("log-explained")}</p>
      {!known && <p class="quiet">{t("log-none")}</p>}
      {known && (
        <>
          {alarms.length === 0 && (
            <p>
              <Chip tone="proved" testid="log-fits">
                {t("log-fits")}
              </Chip>
            </p>
          )}
          <dl class="facts">
            <Fact name="log-size" value={String(known.size)} />
            <Fact name="log-at" value={at} />
            <Fact name="log-proved" value={String(proved)} />
            <Fact name="log-name" value={known.origin} />
          </dl>
          {alarms.length === 0 && proved > 0 && <EvidenceButton />}
        </>
      )}
    </Card>
  );
}
