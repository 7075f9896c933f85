/** What the desk has written to this observer, newest first. */
import { Notice } from "../../ui/notices.tsx";
import { Screen } from "../../ui/screen.tsx";
import { useApp, usePack } from "../app_context.ts";
import { routeTo, type Route } from "../route.ts";
import { clockTime, shortDay } from "../rules/clock_time.ts";

export function MessagesScreen({}: { route: Route }) {
  const { snap, t } = useApp();
  const zone = usePack().settings.time_zone;
  const newestFirst = [...snap.messages].sort((a, b) => b.atMs - a.atMs);
  return (
    <Screen title={t("messages-title")} testid="messages" back={{ href: routeTo("today"), word: t("nav-today") }}>
      {newestFirst.length === 0 && (
        <Notice>
          <p>{t("messages-none")}</p>
        </Notice>
      )}
      <ol class="stack">
        {newestFirst.map(({ id, text, atMs }) => {
          const { day, hour } = clockTime(atMs, zone);
          return (
            <li key={id} class="card" data-testid="message">
              <p class="small quiet">
                <bdi>
                  {shortDay(day)} {hour}
                </bdi>
              </p>
              <p class="message" dir="auto">
                {text}
              </p>
            </li>
          );
        })}
      </ol>
    </Screen>
  );
}
