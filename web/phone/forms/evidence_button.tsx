/** The proofs and, after an alarm, the evidence, as a file that can be handed on. */
import { Button } from "../../ui/controls.tsx";
import { useApp } from "../app_context.ts";
import { clockTime } from "../rules/clock_time.ts";
import { handOver } from "./export_button.tsx";

export function EvidenceButton({ chief }: { chief?: boolean }) {
  const { phone, snap, t, tell, nowMs } = useApp();
  const isAlarm = snap.log.alarms.length > 0;
  const save = async () => {
    try {
      const file = await phone.log.exportEvidence();
      const { day, hour } = clockTime(nowMs(), snap.pack?.settings.time_zone ?? "UTC");
      handOver(file, `sanad-${isAlarm ? "evidence" : "proofs"}-${day}-${hour.replace(":", "")}.json`);
      tell(t("log-saved"), "server");
    } catch {
      tell(t("save-failed"), "look");
    }
  };
  return (
    <>
      <Button testid="log-save" icon="save" look={chief ? "primary" : "plain"} wide onPress={() => void save()}>
        {t(isAlarm ? "log-save-evidence" : "log-save")}
      </Button>
      <p class="hint">{t("log-save-hint")}</p>
    </>
  );
}
