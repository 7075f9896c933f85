/** For a phone that the server does not know any more: why that can be, and a new invitation without losing anything. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { TextField } from "../../ui/fields.tsx";
import { useApp } from "../app_context.ts";
import { canReadQr, ReadQr } from "../camera/read_qr.tsx";
import { sayOr } from "../words.ts";

export function JoinAgain() {
  const { phone, t, tell, invitation } = useApp();
  const [typed, setTyped] = useState(invitation);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const join = async (linkOrCode: string) => {
    if (busy) return;
    setTyped(linkOrCode);
    setBusy(true);
    setProblem(undefined);
    try {
      await phone.join(linkOrCode.trim());
      tell(t("rejoin-told"));
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <>
      <p class="strong notice-line">{t("rejoin-why")}</p>
      <p class="notice-line">{t("rejoin-how")}</p>
      <TextField testid="rejoin-code" label={t("welcome-code")} value={typed} onChange={setTyped} kind="code" />
      {problem && (
        <p class="strong notice-line" role="alert" data-testid="rejoin-problem">
          {sayOr(t, `problem-${problem}`, "problem-other")}
        </p>
      )}
      <Button testid="rejoin" look="primary" wide busy={busy} onPress={() => void join(typed)}>
        {t(busy ? "welcome-joining" : "rejoin-join")}
      </Button>
      {canReadQr() && <ReadQr onText={(text) => void join(text)} onNone={() => setProblem("no-qr")} />}
    </>
  );
}
