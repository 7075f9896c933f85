/** Wiping this phone: asks twice, and stays quiet and whole while something has not reached the server. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { Dialog, Notice } from "../../ui/notices.tsx";
import { useApp } from "../app_context.ts";
import { go, routeTo } from "../route.ts";

type Step = "closed" | "first" | "second" | "unsent" | "unarchived";

export function WipeButton({ locked }: { locked?: boolean }) {
  const { phone, t, tell } = useApp();
  const [step, setStep] = useState<Step>("closed");
  const wipe = async (insist: boolean) => {
    const answer = await phone.wipe(insist).catch(() => ({ refused: "unsent" as const }));
    if (answer.refused) return setStep(answer.refused);
    setStep("closed");
    go(routeTo("today"), true);
    tell(t("wipe-done"), "server");
  };
  const close = () => setStep("closed");
  return (
    <>
      <Button testid="wipe" look="danger" icon="bin" wide onPress={() => setStep("first")}>
        {t("word-wipe")}
      </Button>
      {step === "first" && (
        <Dialog title={t("wipe-first-title")} testid="wipe-first" onClose={close}>
          <p>{t("wipe-first")}</p>
          <Button testid="wipe-cancel" look="primary" wide onPress={close}>
            {t("word-cancel")}
          </Button>
          <Button testid="wipe-continue" look="danger" wide onPress={() => setStep("second")}>
            {t("word-continue")}
          </Button>
        </Dialog>
      )}
      {step === "second" && (
        <Dialog title={t("wipe-second-title")} testid="wipe-second" onClose={close}>
          <p>{t("wipe-second")}</p>
          <Button testid="wipe-cancel" look="primary" wide onPress={close}>
            {t("word-cancel")}
          </Button>
          <Button testid="wipe-confirm" look="danger" icon="bin" wide onPress={() => void wipe(false)}>
            {t("wipe-confirm")}
          </Button>
        </Dialog>
      )}
      {step === "unarchived" && <Unarchived onClose={close} onInsist={() => void wipe(true)} />}
      {step === "unsent" && <Unsent locked={locked} onClose={close} onInsist={() => void wipe(true)} />}
    </>
  );
}

function Unsent({ locked, onClose, onInsist }: { locked?: boolean; onClose: () => void; onInsist: () => void }) {
  const { phone, snap, t } = useApp();
  const unsent = snap.outbox.waiting + snap.outbox.photosWaiting;
  return (
    <Dialog title={t("wipe-unsent-title")} testid="wipe-unsent" onClose={onClose}>
      <Notice tone="care">
        <p>{t("wipe-unsent", { count: String(unsent) })}</p>
      </Notice>
      <Button
        testid="wipe-keep"
        look="primary"
        icon="again"
        wide
        onPress={() => {
          void phone.retryNow();
          onClose();
        }}
      >
        {t("wipe-keep")}
      </Button>
      {locked ? (
        <p>{t("wipe-locked")}</p>
      ) : (
        <Button testid="wipe-insist" look="danger" icon="bin" wide onPress={onInsist}>
          {t("wipe-insist")}
        </Button>
      )}
    </Dialog>
  );
}

function Unarchived({ onClose, onInsist }: { onClose: () => void; onInsist: () => void }) {
  const { snap, t } = useApp();
  const isInDoubt = snap.log.alarms.length > 0;
  return (
    <Dialog title={t(isInDoubt ? "alarm-banner" : "wipe-unarchived-title")} testid="wipe-unarchived" onClose={onClose}>
      <Notice tone="care">
        <p>{t(isInDoubt ? "alarm-todo-save" : "wipe-unarchived")}</p>
      </Notice>
      <Button testid="wipe-wait" look="primary" wide onPress={onClose}>
        {t("wipe-wait")}
      </Button>
      <Button testid="wipe-insist" look="danger" icon="bin" wide onPress={onInsist}>
        {t("wipe-insist")}
      </Button>
    </Dialog>
  );
}
