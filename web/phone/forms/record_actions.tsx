/** Putting a record right: by a correction, by taking it back with a reason, or by undoing that. Nothing is overwritten. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { TextField } from "../../ui/fields.tsx";
import { Dialog } from "../../ui/notices.tsx";
import type { StoredRecord } from "../../device/types.ts";
import { useApp } from "../app_context.ts";
import { go } from "../route.ts";
import { REPORT_KINDS } from "../rules/reports.ts";
import { beginCorrection, CORRECTABLE } from "./correction.ts";

type Act = "retract" | "reinstate";

export function RecordActions({ record, history }: { record: StoredRecord; history: readonly StoredRecord[] }) {
  const { phone, snap, t, tell, nowMs } = useApp();
  const [act, setAct] = useState<Act | null>(null);
  if (!REPORT_KINDS.has(record.kind) || record.supersededBy) return null;
  const correct = async () => {
    const { draft, href } = beginCorrection(record, history, nowMs());
    try {
      // A correction that was begun before is resumed, not begun anew.
      if (!snap.drafts.some(({ id }) => id === draft.id)) await phone.saveDraft(draft);
      go(href);
    } catch {
      tell(t("draft-not-kept"), "look");
    }
  };
  return (
    <div class="row row-fill" data-testid="record-actions">
      {!record.retracted && CORRECTABLE.has(record.kind) && (
        <Button testid="record-correct" icon="pen" onPress={() => void correct()}>
          {t("record-correct")}
        </Button>
      )}
      {record.retracted ? (
        <Button testid="record-reinstate" icon="again" onPress={() => setAct("reinstate")}>
          {t("record-reinstate")}
        </Button>
      ) : (
        <Button testid="record-retract" look="danger" icon="bin" onPress={() => setAct("retract")}>
          {t("record-retract")}
        </Button>
      )}
      {act && <ReasonDialog act={act} record={record} onClose={() => setAct(null)} />}
    </div>
  );
}

function ReasonDialog({ act, record, onClose }: { act: Act; record: StoredRecord; onClose: () => void }) {
  const { phone, t, tell } = useApp();
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    if (!reason.trim()) return setError(t("reason-needed"));
    setBusy(true);
    try {
      await phone[act](record.id, reason.trim());
      tell(t(`record-${act}-done`), "server");
      onClose();
    } catch {
      setBusy(false);
      setError(t("save-failed"));
    }
  };
  return (
    <Dialog title={t(`record-${act}-title`)} testid={`${act}-dialog`} onClose={onClose}>
      <p>{t(`record-${act}-explained`)}</p>
      <TextField
        testid="reason"
        label={t("reason-label")}
        lines
        value={reason}
        onChange={setReason}
        error={error}
        limit={1000}
      />
      <Button
        testid={`${act}-confirm`}
        look={act === "retract" ? "danger" : "primary"}
        wide
        busy={busy}
        onPress={() => void confirm()}
      >
        {t(`record-${act}`)}
      </Button>
      <Button testid="reason-cancel" wide onPress={onClose}>
        {t("word-cancel")}
      </Button>
    </Dialog>
  );
}
