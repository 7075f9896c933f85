/** The four doors at the foot of the screen: today, report, outbox, settings. */
import { Icon, type IconName } from "../ui/icon.tsx";
import { useApp } from "./app_context.ts";
import { routeTo } from "./route.ts";

const DOORS: readonly { screen: string; icon: IconName }[] = [
  { screen: "today", icon: "today" },
  { screen: "incident", icon: "report" },
  { screen: "outbox", icon: "outbox" },
  { screen: "settings", icon: "settings" },
];

// A station belongs to the day, a record to what was handed in.
const BELONGS: Record<string, string> = { station: "today", messages: "today", record: "outbox", pledge: "settings", log: "settings" };

export function Navigation({ screen }: { screen: string }) {
  const { t, snap } = useApp();
  const current = BELONGS[screen] ?? screen;
  const unsent = snap.outbox.waiting + snap.outbox.photosWaiting;
  return (
    <nav class="bar" aria-label={t("nav-label")}>
      <div class="nav">
        {DOORS.map((door) => (
          <a
            key={door.screen}
            class={`nav-link press ${door.screen === "incident" ? "nav-chief" : ""}`}
            href={routeTo(door.screen)}
            aria-current={door.screen === current ? "page" : undefined}
            data-testid={`nav-${door.screen}`}
          >
            <span class="nav-disc">
              <Icon name={door.icon} />
              {door.screen === "outbox" && unsent > 0 && (
                <span class="nav-count" data-testid="nav-outbox-count">
                  {unsent}
                </span>
              )}
            </span>
            <span>{t(`nav-${door.screen}`)}</span>
          </a>
        ))}
      </div>
    </nav>
  );
}
