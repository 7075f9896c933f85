/** The observer's pledge: read and accepted once before anything else, and readable ever after. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { Card, Screen } from "../../ui/screen.tsx";
import { useApp } from "../app_context.ts";
import { routeTo } from "../route.ts";
import { named } from "../words.ts";
import { LanguageChoice } from "./welcome.tsx";

const POINTS = ["impartial", "no-interference", "accurate", "secrecy", "law", "safety", "confidential"] as const;

export function PledgeScreen({ first }: { first?: boolean }) {
  const { phone, snap, t } = useApp();
  const [busy, setBusy] = useState(false);
  const accept = async () => {
    setBusy(true);
    await phone.acceptPledge().finally(() => setBusy(false));
  };
  const bar = first && (
    <Button testid="pledge-accept" look="primary" wide large busy={busy} onPress={() => void accept()}>
      {t("pledge-accept")}
    </Button>
  );
  return (
    <Screen
      title={t("pledge-title")}
      testid="pledge"
      line={snap.me && named(snap.me.election.name, snap.language)}
      back={first ? undefined : { href: routeTo("settings"), word: t("nav-settings") }}
      bar={bar || undefined}
    >
      {first && (
        <Card>
          <LanguageChoice />
        </Card>
      )}
      <Card>
        <p>{t("pledge-intro")}</p>
        <ol class="points">
          {POINTS.map((point) => (
            <li key={point}>{t(`pledge-${point}`)}</li>
          ))}
        </ol>
      </Card>
      {first && <p class="hint">{t("pledge-note")}</p>}
    </Screen>
  );
}
