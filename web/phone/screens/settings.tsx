/** Language, light, PIN, what this phone holds, and how it is wiped. Nothing about anybody else. */
import { Button, Choices, LinkButton } from "../../ui/controls.tsx";
import { Chip, Notice } from "../../ui/notices.tsx";
import { Card, Screen } from "../../ui/screen.tsx";
import type { Theme } from "../../device/types.ts";
import { useApp } from "../app_context.ts";
import { PinCard } from "../forms/pin_card.tsx";
import { megabytes } from "../forms/server_news.tsx";
import { routeTo, type Route } from "../route.ts";
import { named } from "../words.ts";
import { LanguageChoice } from "./welcome.tsx";
import { WipeButton } from "./wipe.tsx";

const THEMES: readonly Theme[] = ["system", "light", "dark", "sun"];

export function SettingsScreen({}: { route: Route }) {
  const { phone, snap, t } = useApp();
  return (
    <Screen title={t("settings-title")} testid="settings">
      <Card>
        <LanguageChoice />
        <Choices
          name="theme"
          legend={t("theme-label")}
          columns={2}
          value={snap.theme}
          options={THEMES.map((theme) => ({ value: theme, label: t(`theme-${theme}`) }))}
          onChange={(theme) => void phone.setTheme(theme as Theme)}
        />
      </Card>
      <PinCard />
      <Kept />
      <ServerLog />
      <Update />
      <About />
      <Card title={t("settings-wipe-title")}>
        <p>{t("settings-wipe")}</p>
        <WipeButton />
      </Card>
    </Screen>
  );
}

function Kept() {
  const { snap, t } = useApp();
  const { persisted, usedBytes, quotaBytes } = snap.storage;
  return (
    <Card title={t("kept-title")} testid="storage">
      <p>
        <Chip tone={persisted ? "server" : "phone"} state={persisted ? "persisted" : "not-persisted"}>
          {t(persisted ? "kept-persisted" : "kept-not-persisted")}
        </Chip>
      </p>
      {!persisted && <p class="hint">{t("kept-install")}</p>}
      {usedBytes !== undefined && quotaBytes !== undefined && (
        <p class="quiet">{t("kept-used", { used: megabytes(usedBytes), quota: megabytes(quotaBytes) })}</p>
      )}
      <Archived />
    </Card>
  );
}

/** Photos that may go: the server's backup has them. */
function Archived() {
  const { phone, snap, t, tell } = useApp();
  const { photos, bytes } = snap.log.archived;
  if (photos === 0) return null;
  const letGo = async () => {
    await phone.log.letGoOfPhotos();
    tell(t("kept-let-go-done"), "server");
  };
  return (
    <>
      <p>{t("kept-archived", { count: String(photos), size: megabytes(bytes) })}</p>
      <Button testid="photos-let-go" icon="bin" onPress={() => void letGo()}>
        {t("kept-let-go")}
      </Button>
    </>
  );
}

/** The way to the log is short when there was an alarm, and there when there was none. */
function ServerLog() {
  const { snap, t } = useApp();
  const { known, alarms } = snap.log;
  return (
    <Card title={t("log-title")} testid="settings-log">
      {alarms.length > 0 && (
        <p>
          <Chip tone="look">{t("alarm-banner")}</Chip>
        </p>
      )}
      {alarms.length === 0 && known && (
        <p>
          <Chip tone="proved">{t("log-fits")}</Chip>
        </p>
      )}
      <LinkButton testid="settings-log-open" icon="list" href={routeTo("log")}>
        {t("log-open")}
      </LinkButton>
    </Card>
  );
}

function Update() {
  const { phone, snap, t } = useApp();
  if (snap.update === "none") return null;
  return (
    <Notice testid="update">
      <p>{t(`update-${snap.update}`)}</p>
      {snap.update === "ready" && (
        <Button testid="update-apply" icon="again" onPress={() => void phone.applyUpdate()}>
          {t("update-apply")}
        </Button>
      )}
    </Notice>
  );
}

function About() {
  const { snap, t } = useApp();
  const me = snap.me;
  if (!me) return null;
  return (
    <Card title={t("about-title")}>
      <dl class="facts">
        <div>
          <dt>{t("about-organisation")}</dt>
          <dd>{named(me.organisation.name, snap.language)}</dd>
        </div>
        <div>
          <dt>{t("about-observer")}</dt>
          <dd>
            <bdi>{me.observer}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t("about-device")}</dt>
          <dd>
            <bdi>{me.deviceId.slice(0, 8)}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t("about-election")}</dt>
          <dd>{named(me.election.name, snap.language)}</dd>
        </div>
      </dl>
      {snap.pack && !snap.pack.labels_reviewed && <p class="hint">{t("about-labels")}</p>}
      <LinkButton testid="settings-pledge" icon="mark" href={routeTo("pledge")}>
        {t("pledge-title")}
      </LinkButton>
      <p class="hint">{t("about-licence")}</p>
    </Card>
  );
}
