/** Stands above every screen until somebody has looked at what is wrong with the server's log. */
import { LinkButton } from "../ui/controls.tsx";
import { Icon } from "../ui/icon.tsx";
import { useApp } from "./app_context.ts";
import { routeTo } from "./route.ts";

export function AlarmBanner({ locked }: { locked?: boolean }) {
  const { snap, t } = useApp();
  if (snap.log.alarms.every(({ looked }) => looked)) return null;
  return (
    <section class="alarm" role="alert" data-testid="log-alarm">
      <div class="alarm-column">
        <Icon name="look" />
        <p class="strong">{t("alarm-banner")}</p>
        {!locked && (
          <LinkButton testid="log-alarm-look" href={routeTo("log")}>
            {t("alarm-banner-look")}
          </LinkButton>
        )}
      </div>
    </section>
  );
}
