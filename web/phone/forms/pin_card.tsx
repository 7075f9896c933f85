/** The PIN that seals what is half written: set, changed, taken away, and locking at once. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { latinDigits } from "../../core/digits.ts";
import { TextField } from "../../ui/fields.tsx";
import { Dialog } from "../../ui/notices.tsx";
import { Card } from "../../ui/screen.tsx";
import { useApp } from "../app_context.ts";

type Act = "set" | "change" | "remove";

// Six digits: a thief with the phone in hand needs days for a million of them, minutes for ten thousand.
export const SHORTEST_PIN = 6;

export function PinCard() {
  const { phone, snap, t } = useApp();
  const [act, setAct] = useState<Act | null>(null);
  return (
    <Card title={t("pin-title")} testid="pin">
      <p>{t("pin-explained")}</p>
      <div class="row row-fill">
        {!snap.pin && <Button testid="pin-set" icon="lock" onPress={() => setAct("set")}>{t("pin-set")}</Button>}
        {snap.pin && <Button testid="pin-lock" look="primary" icon="lock" onPress={() => phone.lock()}>{t("pin-lock")}</Button>}
        {snap.pin && <Button testid="pin-change" onPress={() => setAct("change")}>{t("pin-change")}</Button>}
        {snap.pin && <Button testid="pin-remove" onPress={() => setAct("remove")}>{t("pin-remove")}</Button>}
      </div>
      {act && <PinDialog act={act} onClose={() => setAct(null)} />}
    </Card>
  );
}

function PinDialog({ act, onClose }: { act: Act; onClose: () => void }) {
  const { phone, t, tell } = useApp();
  const [old, setOld] = useState("");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState<{ field: "old" | "pin" | "again"; words: string }>();
  const [busy, setBusy] = useState(false);
  const isNew = act !== "remove";
  const save = async () => {
    const [wanted, repeated] = [latinDigits(pin), latinDigits(again)];
    if (isNew && wanted.length < SHORTEST_PIN) return setError({ field: "pin", words: t("pin-short", { digits: String(SHORTEST_PIN) }) });
    if (isNew && wanted !== repeated) return setError({ field: "again", words: t("pin-differs") });
    setBusy(true);
    try {
      await phone.setPin(isNew ? wanted : null, act === "set" ? undefined : latinDigits(old));
      tell(t(`pin-${act}-done`), "server");
      onClose();
    } catch (problem) {
      setBusy(false);
      setError((problem as Error).message === "wrong-pin" ? { field: "old", words: t("unlock-wrong") } : { field: "pin", words: t("save-failed") });
    }
  };
  const errorOf = (field: string) => (error?.field === field ? error.words : undefined);
  return (
    <Dialog title={t(`pin-${act}`)} testid="pin-dialog" onClose={onClose}>
      {act !== "set" && <TextField testid="pin-old" label={t("pin-old")} kind="password" value={old} onChange={setOld} error={errorOf("old")} autocomplete="current-password" />}
      {isNew && <TextField testid="pin-new" label={t("pin-new")} hint={t("pin-new-hint", { digits: String(SHORTEST_PIN) })} kind="password" value={pin} onChange={setPin} error={errorOf("pin")} autocomplete="new-password" />}
      {isNew && <TextField testid="pin-again" label={t("pin-again")} kind="password" value={again} onChange={setAgain} error={errorOf("again")} autocomplete="new-password" />}
      {isNew && <p class="hint">{t("pin-forgotten-note")}</p>}
      <Button testid="pin-save" look="primary" wide busy={busy} onPress={() => void save()}>{t(`pin-${act}`)}</Button>
      <Button testid="pin-cancel" wide onPress={onClose}>{t("cancel")}</Button>
    </Dialog>
  );
}
