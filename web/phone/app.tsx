/** The whole app: which screen is due, in which language and light, and what has just happened. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Notice } from "../ui/notices.tsx";
import type { Phone, PhoneSnapshot } from "../device/types.ts";
import { AppProvider, type AppContext, type Tone } from "./app_context.ts";
import { AlarmBanner } from "./alarm_banner.tsx";
import { Navigation } from "./navigation.tsx";
import { readRoute, type Route } from "./route.ts";
import { ChecklistScreen } from "./screens/checklist.tsx";
import { IncidentScreen } from "./screens/incident.tsx";
import { LogScreen } from "./screens/log.tsx";
import { MessagesScreen } from "./screens/messages.tsx";
import { OutboxScreen } from "./screens/outbox.tsx";
import { PledgeScreen } from "./screens/pledge.tsx";
import { RecordScreen } from "./screens/record.tsx";
import { SettingsScreen } from "./screens/settings.tsx";
import { StationScreen } from "./screens/station.tsx";
import { TapeScreen } from "./screens/tape.tsx";
import { TodayScreen } from "./screens/today.tsx";
import { UnlockScreen } from "./screens/unlock.tsx";
import { UnsupportedScreen, WelcomeScreen } from "./screens/welcome.tsx";
import { directionOf, sayOr, wordsOf } from "./words.ts";

const SCREENS: Record<string, (props: { route: Route }) => preact.JSX.Element> = {
  today: TodayScreen,
  station: StationScreen,
  incident: IncidentScreen,
  checklist: ChecklistScreen,
  tape: TapeScreen,
  outbox: OutboxScreen,
  record: RecordScreen,
  settings: SettingsScreen,
  messages: MessagesScreen,
  log: LogScreen,
};

// While a form is open its own button lies under the thumb, and nothing else can be hit by mistake.
const FORMS: ReadonlySet<string> = new Set(["incident", "checklist", "tape"]);

// Long enough to be read twice.
const TOLD_MS = 5000;

function useSnapshot(phone: Phone): PhoneSnapshot {
  const [snap, setSnap] = useState(phone.snapshot());
  useEffect(() => {
    setSnap(phone.snapshot());
    return phone.subscribe(() => setSnap(phone.snapshot()));
  }, [phone]);
  return snap;
}

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    window.addEventListener("hashchange", follow);
    // The address may have changed between the first picture and now.
    follow();
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return useMemo(() => readRoute(hash), [hash]);
}

function useDocument({ language, theme }: PhoneSnapshot): void {
  useEffect(() => {
    const root = document.documentElement;
    root.lang = language;
    root.dir = directionOf(language);
    if (theme === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
  }, [language, theme]);
}

type Told = { sentence: string; tone: Tone };

function useTelling(): [Told | null, AppContext["tell"]] {
  const [told, setTold] = useState<Told | null>(null);
  const timer = useRef(0);
  const tell = useCallback((sentence: string, tone: Told["tone"] = "server") => {
    clearTimeout(timer.current);
    setTold({ sentence, tone });
    timer.current = window.setTimeout(() => setTold(null), TOLD_MS);
  }, []);
  return [told, tell];
}

/** A join link opened on a phone that has joined: tried at once, for the phone and the server refuse what would do harm. */
function useInvitation(phone: Phone, { stage, language }: PhoneSnapshot, invitation: string, tell: AppContext["tell"]): void {
  const isDue = useRef(invitation !== "" && (stage === "ready" || stage === "locked"));
  useEffect(() => {
    if (!isDue.current || stage !== "ready") return;
    isDue.current = false;
    const t = wordsOf(language);
    phone.join(invitation).then(
      () => tell(t("rejoin-told")),
      (error) => tell(sayOr(t, `problem-${(error as Error).message}`, "problem-other"), "look"),
    );
  }, [stage]);
}

export function App({
  phone,
  invitation,
  nowMs = Date.now,
}: {
  phone: Phone;
  invitation: string;
  nowMs?: () => number;
}) {
  const snap = useSnapshot(phone);
  const route = useRoute();
  const [told, tell] = useTelling();
  useDocument(snap);
  useInvitation(phone, snap, invitation, tell);
  const app: AppContext = { phone, snap, t: wordsOf(snap.language), tell, nowMs, invitation };
  return (
    <AppProvider value={app}>
      {stageScreen(snap, route, invitation)}
      <div class={told?.tone === "heard" ? "unseen" : "toast"} role="status" data-testid="told">
        {told &&
          (told.tone === "heard" ? (
            told.sentence
          ) : (
            <Notice tone={told.tone}>
              <p>{told.sentence}</p>
            </Notice>
          ))}
      </div>
    </AppProvider>
  );
}

function stageScreen(snap: PhoneSnapshot, route: Route, invitation: string) {
  if (snap.stage === "unsupported") return <UnsupportedScreen problem={snap.problem} />;
  if (snap.stage === "locked") {
    return (
      <>
        <AlarmBanner locked />
        <UnlockScreen />
      </>
    );
  }
  if (snap.stage === "pledge") return <PledgeScreen first />;
  if (snap.stage !== "ready" || !snap.pack) return <WelcomeScreen invitation={invitation} />;
  if (route.screen === "pledge") return <PledgeScreen />;
  const Shown = SCREENS[route.screen] ?? TodayScreen;
  return (
    <>
      <AlarmBanner />
      <Shown route={route} />
      {!FORMS.has(route.screen) && <Navigation screen={route.screen} />}
    </>
  );
}
