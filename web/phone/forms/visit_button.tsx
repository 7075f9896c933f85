/** "I have arrived" and "I am leaving": one press, now; or a time from paper. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { Dialog } from "../../ui/notices.tsx";
import { useApp, usePack } from "../app_context.ts";
import { clockTime } from "../rules/clock_time.ts";
import { openVisit } from "../rules/reports.ts";
import { MomentField } from "./time_field.tsx";

interface VisitButtonProps {
  station: string;
  /** what is due next, between the chief button and the quiet ones */
  children?: ComponentChildren;
  beside?: ComponentChildren;
}

export function VisitButton({ station, children, beside }: VisitButtonProps) {
  const { phone, snap, t, tell, nowMs } = useApp();
  const [busy, setBusy] = useState(false);
  const [fromPaper, setFromPaper] = useState(false);
  const open = openVisit(snap.records, station);
  const record = async (at_ms: number) => {
    if (busy) return;
    setBusy(true);
    setFromPaper(false);
    const body = { station, at_ms };
    try {
      await phone.submit(open ? { kind: "visit.close", body, subject: open.subject } : { kind: "visit.open", body });
      tell(t(open ? "visit-left" : "visit-arrived"), "server");
    } catch {
      tell(t("save-failed"), "look");
    }
    setBusy(false);
  };
  const word = open ? "leave" : "arrive";
  return (
    <div class="stack-tight">
      <Button
        testid={`visit-${word}-${station}`}
        look={open ? "plain" : "primary"}
        icon={word}
        wide
        busy={busy}
        onPress={() => void record(nowMs())}
      >
        {t(`visit-${word}`)}
      </Button>
      {children}
      <div class="row row-fill">
        {beside}
        <Button testid={`visit-paper-${station}`} look="quiet" onPress={() => setFromPaper(true)}>
          {t(`visit-${word}-paper`)}
        </Button>
      </div>
      {fromPaper && (
        <PaperVisit
          title={t(`visit-${word}-at`)}
          onClose={() => setFromPaper(false)}
          onSave={(at) => void record(at)}
        />
      )}
    </div>
  );
}

function PaperVisit({
  title,
  onClose,
  onSave,
}: {
  title: string;
  onClose: () => void;
  onSave: (atMs: number) => void;
}) {
  const { t } = useApp();
  const [atMs, setAtMs] = useState<number>();
  return (
    <Dialog title={title} testid="visit-time" onClose={onClose}>
      <MomentField
        testid="visit-at"
        label={t("when-hour")}
        zone={usePack().settings.time_zone}
        value={atMs}
        onChange={setAtMs}
      />
      <Button
        testid="visit-save"
        look="primary"
        icon="save"
        wide
        busy={atMs === undefined}
        onPress={() => atMs !== undefined && onSave(atMs)}
      >
        {t("word-save")}
      </Button>
      <Button testid="visit-cancel" wide onPress={onClose}>
        {t("word-cancel")}
      </Button>
    </Dialog>
  );
}

/** Where the visit stands, in a few words. */
export function VisitLine({ station }: { station: string }) {
  const { snap, t } = useApp();
  const zone = usePack().settings.time_zone;
  const hour = (body: Record<string, unknown>) => clockTime(Number(body["at_ms"]), zone).hour;
  const open = openVisit(snap.records, station);
  if (open)
    return (
      <p data-testid="visit-state" data-visit="open">
        {t("visit-here-since", { hour: hour(open.body) })}
      </p>
    );
  const last = snap.records.findLast(
    (record) => record.kind === "visit.close" && record.body["station"] === station && !record.retracted,
  );
  return (
    <p class="quiet" data-testid="visit-state" data-visit={last ? "closed" : "none"}>
      {last ? t("visit-left-at", { hour: hour(last.body) }) : t("visit-not-yet")}
    </p>
  );
}
