/** Everything recorded, as a file that can be carried by hand where no network is. */
import { Button } from "../../ui/controls.tsx";
import { useApp } from "../app_context.ts";
import { clockTime } from "../rules/clock_time.ts";

// Some browsers fetch the file after the click has returned.
const KEPT_MS = 60_000;

export function handOver(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}

export function ExportButton() {
  const { phone, snap, t, tell, nowMs } = useApp();
  const save = async () => {
    try {
      const file = await phone.exportOutbox();
      const { day, hour } = clockTime(nowMs(), snap.pack?.settings.time_zone ?? "UTC");
      handOver(file, `sanad-${day}-${hour.replace(":", "")}.json`);
      tell(t("outbox-exported"), "server");
    } catch {
      tell(t("save-failed"), "look");
    }
  };
  return (
    <Button testid="outbox-export" icon="save" onPress={() => void save()}>
      {t("outbox-export")}
    </Button>
  );
}
