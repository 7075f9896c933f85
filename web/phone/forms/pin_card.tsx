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
        {!snap.pin && (
          <Button testid="pin-set" icon="lock" onPress={() => setAct("set")}>
            {t("pin-set")}
          </Button>
        )}
        {snap.pin && (
          <Button testid="pin-lock" look="primary" icon="lock" onPress={() => phone.lock()}>
            {t("pin-lock")}
          </Button>
        )}
        {snap.pin && (
          <Button testid="pin-change" onPress={() => setAct("change")}>
            {t("pin-change")}
          </Button>
        )}
        {snap.pin && (
          <Button testid="pin-remove" onPress={() => setAct("remove")}>
            {t("pin-remove")}
          </Button>
        )}
      </div>
      {act && <PinDialog act={act} onClose={() => setAct(null)} />}
    </Card>
  );
}

type PinField = "old" | "pin" | "again";
type Typed = Record<PinField, string>;

/** What is wrong with what was typed, or nothing. */
function pinFault(act: Act, { pin, again }: Typed): { field: PinField; word: string } | null {
  if (act === "remove") return null;
  if (latinDigits(pin).length < SHORTEST_PIN) return { field: "pin", word: "pin-short" };
  return latinDigits(pin) === latinDigits(again) ? null : { field: "again", word: "pin-differs" };
}

function PinDialog({ act, onClose }: { act: Act; onClose: () => void }) {
  const { phone, t, tell } = useApp();
  const [typed, setTyped] = useState<Typed>({ old: "", pin: "", again: "" });
  const [fault, setFault] = useState<ReturnType<typeof pinFault>>(null);
  const [busy, setBusy] = useState(false);
  const digits = String(SHORTEST_PIN);
  const save = async () => {
    const wrong = pinFault(act, typed);
    setFault(wrong);
    if (wrong) return;
    setBusy(true);
    try {
      const old = act === "set" ? undefined : latinDigits(typed.old);
      await phone.setPin(act === "remove" ? null : latinDigits(typed.pin), old);
      tell(t(`pin-${act}-done`), "server");
      onClose();
    } catch (problem) {
      setBusy(false);
      const isWrong = (problem as Error).message === "wrong-pin";
      setFault(isWrong ? { field: "old", word: "unlock-wrong" } : { field: "pin", word: "save-failed" });
    }
  };
  const field = (name: PinField) => ({
    kind: "password" as const,
    value: typed[name],
    error: fault?.field === name ? t(fault.word, { digits }) : undefined,
    onChange: (text: string) => setTyped({ ...typed, [name]: text }),
    autocomplete: name === "old" ? "current-password" : "new-password",
  });
  return (
    <Dialog title={t(`pin-${act}`)} testid="pin-dialog" onClose={onClose}>
      {act !== "set" && <TextField testid="pin-old" label={t("pin-old")} {...field("old")} />}
      {act !== "remove" && (
        <>
          <TextField testid="pin-new" label={t("pin-new")} hint={t("pin-new-hint", { digits })} {...field("pin")} />
          <TextField testid="pin-again" label={t("pin-again")} {...field("again")} />
          <p class="hint">{t("pin-forgotten-note")}</p>
        </>
      )}
      <Button testid="pin-save" look="primary" wide busy={busy} onPress={() => void save()}>
        {t(`pin-${act}`)}
      </Button>
      <Button testid="pin-cancel" wide onPress={onClose}>
        {t("word-cancel")}
      </Button>
    </Dialog>
  );
}
