/** A list of records, each with one of its four states told by shape and word. */
import { Chip } from "../../ui/notices.tsx";
import { Row } from "../../ui/screen.tsx";
import type { StoredRecord } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { routeTo } from "../route.ts";
import { clockTime, shortDay } from "../rules/clock_time.ts";
import { stationOf } from "../rules/reports.ts";
import { recordTitle } from "./record_title.ts";

export function StateChip({ record, testid = "record-state" }: { record: StoredRecord; testid?: string }) {
  const { t } = useApp();
  const photos = record.state === "phone" && (record.verdict === "stored" || record.verdict === "duplicate");
  return (
    <Chip tone={record.state} state={record.state} testid={testid}>
      {t(photos ? "state-photos" : `state-${record.state}`)}
    </Chip>
  );
}

export function RecordList({ records }: { records: readonly StoredRecord[] }) {
  const { snap, t } = useApp();
  const zone = usePack().settings.time_zone;
  return (
    <ul class="list">
      {records.map((record) => {
        const { day, hour } = clockTime(record.savedAtMs, zone);
        return (
          <li key={record.id}>
            <Row testid={`record-${record.id}`} href={routeTo("record", [record.id])}>
              <span class="strong">{recordTitle(record, snap, t)}</span>
              <span class="small quiet">
                {stationOf(record) && (
                  <>
                    <bdi>{stationOf(record)}</bdi> ·{" "}
                  </>
                )}
                <bdi>
                  {shortDay(day)} {hour}
                </bdi>
              </span>
              <span class="row">
                <StateChip record={record} />
                {record.retracted && <Chip testid="record-retracted">{t("record-retracted")}</Chip>}
                {record.review && (
                  <Chip tone={record.review.finding === "uphold" ? "server" : "care"} testid="record-review">
                    {t(`finding-${record.review.finding}`)}
                  </Chip>
                )}
              </span>
            </Row>
          </li>
        );
      })}
    </ul>
  );
}
