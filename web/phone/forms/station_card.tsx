/** One station of the day: where the visit stands, what is due there now, and the way to the rest. */
import { LinkButton } from "../../ui/controls.tsx";
import { Chip } from "../../ui/notices.tsx";
import { useApp, usePack } from "../app_context.ts";
import { routeTo } from "../route.ts";
import { dueChecklist, phaseNow } from "../rules/day_plan.ts";
import { openVisit, standing } from "../rules/reports.ts";
import { checklistDraftId } from "../screens/checklist.tsx";
import { named } from "../words.ts";
import { stationName } from "./station_name.ts";
import { VisitButton, VisitLine } from "./visit_button.tsx";

/** The forms handed in for a station. */
export function useDone(station: string): Set<string> {
  const { snap } = useApp();
  return new Set(standing(snap.records, "observation.submit", station).map(({ body }) => String(body["checklist"])));
}

export function StationCard({ code }: { code: string }) {
  const { snap, t, nowMs } = useApp();
  const pack = usePack();
  const done = useDone(code);
  const due = snap.me ? dueChecklist(pack.checklists, done, phaseNow(nowMs(), snap.me.election)) : null;
  const begun = due && snap.drafts.some(({ id }) => id === checklistDraftId(due.id, code));
  return (
    <section class="card" data-testid={`today-station-${code}`}>
      <div class="list-words">
        <h2>{stationName(snap, code, snap.language) || t("station-unlisted")}</h2>
        <p class="quiet">
          <bdi>{code}</bdi>
        </p>
      </div>
      <VisitLine station={code} />
      <VisitButton
        station={code}
        beside={
          <LinkButton testid={`open-station-${code}`} look="quiet" href={routeTo("station", [code])}>
            {t("today-all-forms")}
          </LinkButton>
        }
      >
        {due && (
          <LinkButton
            testid={`due-${due.id}-${code}`}
            icon="list"
            look={openVisit(snap.records, code) ? "primary" : "plain"}
            wide
            href={routeTo("checklist", [due.id, code])}
          >
            <span>{t("today-due", { name: named(due.name, snap.language) })}</span>
            {begun && <Chip>{t("form-begun")}</Chip>}
          </LinkButton>
        )}
      </VisitButton>
    </section>
  );
}
