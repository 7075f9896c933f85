/** The first screen of a new phone: the language, whether this browser can be trusted with records, and joining. */
import { useEffect, useState } from "preact/hooks";
import { Button, Choices } from "../../ui/controls.tsx";
import { TextField } from "../../ui/fields.tsx";
import { Chip, Notice } from "../../ui/notices.tsx";
import { Card, Screen } from "../../ui/screen.tsx";
import { useApp } from "../app_context.ts";
import { LANGUAGES, sayOr } from "../words.ts";
import { canReadQr, ReadQr } from "../camera/read_qr.tsx";

export function LanguageChoice() {
  const { phone, snap, t } = useApp();
  return (
    <Choices
      name="language"
      legend={t("language-label")}
      value={snap.language}
      columns={3}
      options={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
      onChange={(code) => void phone.setLanguage(code as typeof snap.language)}
    />
  );
}

type Test = { ok: boolean; problem?: string } | null;

function SelfTest({ test }: { test: Test }) {
  const { t } = useApp();
  if (!test)
    return (
      <p class="quiet" role="status">
        {t("welcome-testing")}
      </p>
    );
  if (test.ok)
    return (
      <p data-testid="self-test-ok">
        <Chip tone="server">{t("welcome-test-ok")}</Chip>
      </p>
    );
  return (
    <Notice tone="look" testid="self-test-failed" alert>
      <p class="strong notice-line">{sayOr(t, `problem-${test.problem}`, "problem-other")}</p>
      <p>{t("unsupported-what-to-do")}</p>
    </Notice>
  );
}

/** Joining as the screen sees it: what was typed or read, whether it is under way, and what went wrong. */
function useJoining(invitation: string) {
  const { phone, snap } = useApp();
  const [typed, setTyped] = useState(invitation);
  const [refused, setRefused] = useState<string>();
  const [busy, setBusy] = useState(false);
  const isTrying = snap.stage === "joining";
  const problem = busy ? undefined : (refused ?? snap.problem);
  const join = async (linkOrCode: string) => {
    if (busy) return;
    setTyped(linkOrCode);
    setBusy(true);
    setRefused(undefined);
    try {
      // A join that was cut off goes on with what it has; the code need not be given a second time.
      if (isTrying && !linkOrCode.trim()) await phone.retryNow();
      else await phone.join(linkOrCode.trim());
    } catch (error) {
      setRefused((error as Error).message);
    }
    setBusy(false);
  };
  const isRead = invitation !== "" && typed === invitation && !problem?.startsWith("code-");
  return { typed, setTyped, busy, isTrying, problem, isRead, join, refuse: setRefused };
}

export function WelcomeScreen({ invitation }: { invitation: string }) {
  const { phone, t } = useApp();
  const [test, setTest] = useState<Test>(null);
  const joining = useJoining(invitation);
  const { typed, busy, problem, join } = joining;
  useEffect(() => {
    phone.selfTest().then(setTest, () => setTest({ ok: false }));
  }, []);
  return (
    <Screen title={t("welcome-title")} testid="welcome" line={t("welcome-line")}>
      <Card>
        <LanguageChoice />
      </Card>
      <Card title={t("welcome-join-title")}>
        <SelfTest test={test} />
        {problem && <JoinProblem problem={problem} isTrying={joining.isTrying} />}
        <Invitation isRead={joining.isRead} typed={typed} onType={joining.setTyped} />
        <Button
          testid="join"
          look="primary"
          wide
          large
          busy={busy || test?.ok !== true}
          onPress={() => void join(typed)}
        >
          {t(busy ? "welcome-joining" : "welcome-join")}
        </Button>
        {canReadQr() && <ReadQr onText={(text) => void join(text)} onNone={() => joining.refuse("no-qr")} />}
      </Card>
      <p class="hint">{t("welcome-qr-hint")}</p>
    </Screen>
  );
}

function Invitation({ isRead, typed, onType }: { isRead: boolean; typed: string; onType: (text: string) => void }) {
  const { t } = useApp();
  if (isRead) {
    return (
      <Notice tone="server" testid="invitation-found">
        <p>{t("welcome-invitation")}</p>
      </Notice>
    );
  }
  return (
    <TextField
      testid="join-code"
      label={t("welcome-code")}
      hint={t("welcome-code-hint")}
      value={typed}
      onChange={onType}
      kind="code"
    />
  );
}

function JoinProblem({ problem, isTrying }: { problem: string; isTrying: boolean }) {
  const { t } = useApp();
  return (
    <Notice tone="look" testid="join-problem" alert>
      <p class="notice-line">{sayOr(t, `problem-${problem}`, "problem-other")}</p>
      {isTrying && <p class="notice-line">{t("welcome-goes-on")}</p>}
    </Notice>
  );
}

export function UnsupportedScreen({ problem }: { problem?: string }) {
  const { t } = useApp();
  return (
    <Screen title={t("unsupported-title")} testid="unsupported">
      <Notice tone="look" alert testid="self-test-failed">
        <p class="strong notice-line">{sayOr(t, `problem-${problem}`, "problem-other")}</p>
        <p>{t("unsupported-what-to-do")}</p>
      </Notice>
      <Card>
        <LanguageChoice />
      </Card>
    </Screen>
  );
}
