/** The door of a locked phone: sending goes on behind it, and a forgotten PIN never costs what is unsent. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { TextField } from "../../ui/fields.tsx";
import { latinDigits } from "../../core/digits.ts";
import { Notice } from "../../ui/notices.tsx";
import { Card, Screen } from "../../ui/screen.tsx";
import { useApp } from "../app_context.ts";
import { LanguageChoice } from "./welcome.tsx";
import { WipeButton } from "./wipe.tsx";

export function UnlockScreen() {
  const { phone, t } = useApp();
  const [pin, setPin] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [forgotten, setForgotten] = useState(false);
  const unlock = async () => {
    setBusy(true);
    const opened = await phone.unlock(latinDigits(pin)).catch(() => false);
    setBusy(false);
    if (!opened) {
      setPin("");
      setError(t("unlock-wrong"));
    }
  };
  return (
    <Screen title={t("unlock-title")} testid="unlock" line={t("unlock-line")}>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void unlock();
        }}
      >
        <TextField
          testid="unlock-pin"
          label={t("pin-label")}
          kind="password"
          value={pin}
          onChange={setPin}
          error={error}
          autocomplete="current-password"
        />
        <Button testid="unlock" look="primary" icon="lock" wide large busy={busy} onPress={() => void unlock()}>
          {t("word-unlock")}
        </Button>
        <Button testid="unlock-forgot" look="quiet" onPress={() => setForgotten(true)}>
          {t("unlock-forgot")}
        </Button>
      </form>
      {forgotten && <Forgotten />}
      <Card>
        <LanguageChoice />
      </Card>
    </Screen>
  );
}

function Forgotten() {
  const { phone, snap, t } = useApp();
  const unsent = snap.outbox.waiting + snap.outbox.photosWaiting;
  return (
    <Card title={t("forgot-title")} testid="forgot">
      <p>{t("forgot-explained")}</p>
      {unsent > 0 ? (
        <Notice tone="phone">
          <p>{t("forgot-unsent", { count: String(unsent) })}</p>
          <Button testid="forgot-send" icon="again" onPress={() => void phone.retryNow()}>
            {t("outbox-retry")}
          </Button>
        </Notice>
      ) : (
        <Notice tone="server">
          <p>{t("forgot-all-sent")}</p>
        </Notice>
      )}
      <WipeButton locked />
    </Card>
  );
}
