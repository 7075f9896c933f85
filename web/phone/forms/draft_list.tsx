/** What is half filled in: resumed where it was left, or thrown away after a question. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { Dialog } from "../../ui/notices.tsx";
import { Row } from "../../ui/screen.tsx";
import type { Draft } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { routeTo } from "../route.ts";
import { clockTime } from "../rules/clock_time.ts";
import { draftHref, draftTitle } from "./draft_title.ts";
import { StationLine } from "./form_pieces.tsx";

export function DraftList() {
  const { snap, t, phone } = useApp();
  const [leaving, setLeaving] = useState<Draft | null>(null);
  if (snap.drafts.length === 0) return null;
  const newestFirst = [...snap.drafts].sort((a, b) => b.changedAtMs - a.changedAtMs);
  return (
    <section class="stack-tight" data-testid="drafts">
      <h2>{t("drafts-title")}</h2>
      <ul class="list">
        {newestFirst.map((draft) => (
          <DraftRow key={draft.id} draft={draft} onLeave={() => setLeaving(draft)} />
        ))}
      </ul>
      {leaving && (
        <Dialog title={t("draft-discard-title")} testid="draft-discard" onClose={() => setLeaving(null)}>
          <p>{draftTitle(leaving, snap, t)}</p>
          <Button testid="draft-discard-keep" look="primary" wide onPress={() => setLeaving(null)}>
            {t("draft-discard-keep")}
          </Button>
          <Button
            testid="draft-discard-confirm"
            look="danger"
            icon="bin"
            wide
            onPress={() => {
              void phone.deleteDraft(leaving.id);
              setLeaving(null);
            }}
          >
            {t("draft-discard")}
          </Button>
        </Dialog>
      )}
    </section>
  );
}

function DraftRow({ draft, onLeave }: { draft: Draft; onLeave: () => void }) {
  const { snap, t } = useApp();
  const zone = usePack().settings.time_zone;
  const title = draftTitle(draft, snap, t);
  return (
    <li class="list-pair">
      <Row testid={`draft-${draft.id}`} href={routeTo(...draftHref(draft))}>
        <span class="strong">{title}</span>
        <span class="small quiet">
          {draft.station && (
            <>
              <StationLine code={draft.station} /> ·{" "}
            </>
          )}
          <bdi>{clockTime(draft.changedAtMs, zone).hour}</bdi>
        </span>
      </Row>
      <Button
        testid={`draft-leave-${draft.id}`}
        look="quiet"
        icon="bin"
        label={t("draft-discard-label", { title })}
        onPress={onLeave}
      >
        {null}
      </Button>
    </li>
  );
}
