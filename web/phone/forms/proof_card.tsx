/** That a record is in the server's log, and whether it is in its backup: what the observer can rely on. */
import { Chip } from "../../ui/notices.tsx";
import { Card } from "../../ui/screen.tsx";
import type { StoredRecord } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { clockTime, shortDay } from "../rules/clock_time.ts";
import { isThere } from "../rules/reports.ts";

export function ProofCard({ record }: { record: StoredRecord }) {
  const { snap, t } = useApp();
  const zone = usePack().settings.time_zone;
  const { proof } = record;
  if (!proof) {
    const isComing = snap.log.known && isThere(record);
    return isComing ? (
      <Card title={t("proof-title")} testid="record-proof-soon">
        <p class="quiet">{t("proof-soon")}</p>
      </Card>
    ) : null;
  }
  const { day, hour } = clockTime(proof.atMs, zone);
  const facts: [string, string][] = [
    ["proof-index", String(proof.index)],
    ["proof-size", String(proof.size)],
    ["proof-at", `${shortDay(day)} ${hour}`],
  ];
  return (
    <Card title={t("proof-title")} testid="record-proof">
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{t(name)}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <p>
        <Chip tone={record.archived ? "server" : "phone"} testid="record-archived" state={record.archived ? "yes" : "no"}>
          {t(record.archived ? "proof-archived" : "proof-not-archived")}
        </Chip>
      </p>
    </Card>
  );
}
