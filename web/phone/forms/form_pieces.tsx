/** Parts that every form shares: whose station, "from paper", whether it is kept, and the button under the thumb. */
import type { ComponentChildren } from "preact";
import { Button, LinkButton, Switch } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useApp } from "../app_context.ts";
import { isKnownStation, stationName } from "./station_name.ts";

/** `here` while it happens, `paper` when typed from a form later */
export type Captured = "here" | "paper";

export function StationLine({ code }: { code: string }) {
  const { snap } = useApp();
  return (
    <>
      <bdi>{code}</bdi> {stationName(snap, code, snap.language)}
    </>
  );
}

export function StationField({ code, none, href }: { code: string | null | undefined; none: boolean; href: string }) {
  const { t, snap } = useApp();
  return (
    <div class="row row-apart" data-testid="station-chosen" data-station={code ?? ""}>
      <div class="grow list-words">
        <span class="hint">{t("station-label")}</span>
        <span class="strong">
          {code ? <StationLine code={code} /> : t(none ? "station-none-chosen" : "station-not-chosen")}
        </span>
        {code && !isKnownStation(snap, code) && <span class="small quiet">{t("station-unlisted")}</span>}
      </div>
      <LinkButton testid="station-change" href={href}>
        {t(code || none ? "word-change" : "word-choose")}
      </LinkButton>
    </div>
  );
}

export function PaperSwitch({ captured, onChange }: { captured: Captured; onChange: (captured: Captured) => void }) {
  const { t } = useApp();
  return (
    <Switch
      testid="from-paper"
      label={t("paper-label")}
      hint={t("paper-hint")}
      on={captured === "paper"}
      onChange={(on) => onChange(on ? "paper" : "here")}
    />
  );
}

/** Says that nothing typed so far would be lost, and hands in. */
export function SaveBar(props: {
  kept: boolean;
  begun: boolean;
  busy: boolean;
  word: string;
  onSave: () => void;
  children?: ComponentChildren;
}) {
  const { t } = useApp();
  return (
    <>
      <div class="row row-apart small">
        {props.children ?? <span />}
        {props.begun && (
          <span class="kept" data-testid="draft-state" data-state={props.kept ? "kept" : "keeping"}>
            {props.kept && <Icon name="tick" small />}
            {t(props.kept ? "draft-kept" : "draft-keeping")}
          </span>
        )}
      </div>
      <Button testid="save" look="primary" icon="save" wide large busy={props.busy} onPress={props.onSave}>
        {props.busy ? t("word-saving") : props.word}
      </Button>
    </>
  );
}
