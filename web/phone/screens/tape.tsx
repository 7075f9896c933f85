/** A results tape: its parts in order as photos, its figures typed, its sums looked at and never held against it. */
import { useState } from "preact/hooks";
import { Choices } from "../../ui/controls.tsx";
import { Notice } from "../../ui/notices.tsx";
import { Card, Screen } from "../../ui/screen.tsx";
import type { PhotoPolicy, Station } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { FigureTable, VotesTable } from "../forms/figure_table.tsx";
import { PaperSwitch, SaveBar, StationLine } from "../forms/form_pieces.tsx";
import { MissingDialog } from "../forms/missing_dialog.tsx";
import { PhotoField } from "../forms/photo_field.tsx";
import { StationPicker } from "../forms/station_picker.tsx";
import { SumsNotice } from "../forms/sums_notice.tsx";
import {
  newTape,
  tapeDraftId,
  tapeEntry,
  tapeGaps,
  type Count,
  type TapeGap,
  type TapeValue,
} from "../forms/tape_value.ts";
import { useDraft, type DraftForm } from "../forms/use_draft.ts";
import { useHandIn } from "../forms/use_hand_in.ts";
import { go, routeTo, type Route } from "../route.ts";
import { tapePhotoPolicy } from "../rules/photo_rules.ts";

export function TapeScreen({ route }: { route: Route }) {
  const { t } = useApp();
  const [station, count = "machine", corrected = ""] = route.parts;
  if (!station) {
    return (
      <Screen title={t("station-title")} testid="tape-station" back={{ href: routeTo("today"), word: t("word-back") }}>
        <StationPicker onChoose={(code) => go(routeTo("tape", [code]), true)} />
      </Screen>
    );
  }
  return (
    <TapeForm
      key={route.parts.join(" ")}
      station={station}
      count={count === "manual" ? "manual" : "machine"}
      corrected={corrected}
    />
  );
}

interface TapeFormProps {
  station: string;
  count: Count;
  corrected: string;
}

function TapeForm({ station, count, corrected }: TapeFormProps) {
  const { t, snap } = useApp();
  const id = tapeDraftId(station, count, corrected);
  const form = useDraft<TapeValue>({ id, screen: "tape", stationOf: () => station }, newTape);
  const { busy, handIn } = useHandIn(form, routeTo("station", [station]));
  const [asking, setAsking] = useState(false);
  const { value, change, photos } = form;
  const policy = tapePhotoPolicy(usePack());
  const gaps = tapeGaps(value, photos.length, policy !== "never");
  const save = () => {
    setAsking(false);
    const digests = photos.map(({ digest }) => digest);
    void handIn({ ...tapeEntry(station, count, value, digests), photos, draftId: id });
  };
  const check = () => (gaps.length > 0 ? setAsking(true) : save());
  return (
    <Screen
      title={t("tape-title")}
      testid="tape"
      line={<StationLine code={station} />}
      bar={<SaveBar kept={form.kept} begun={form.begun} busy={busy} word={t("tape-save")} onSave={check} />}
      back={{ href: routeTo("station", [station]), word: t("word-back") }}
    >
      <WhichCount station={station} count={count} form={form} />
      <Pages form={form} policy={policy} />
      <Card title={t("tape-figures")}>
        <FigureTable figures={value.figures} onChange={(figures) => change({ figures }, true)} />
      </Card>
      <Card title={t("tape-votes")}>
        <VotesTable votes={value.votes} onChange={(votes) => change({ votes }, true)} />
      </Card>
      <SumsNotice station={station} count={count} value={value} register={registeredAt(snap.stations, station)} />
      <div class="step">
        <PaperSwitch captured={value.captured} onChange={(captured) => change({ captured })} />
      </div>
      {asking && <Gaps gaps={gaps} onSave={save} onFill={() => setAsking(false)} />}
    </Screen>
  );
}

const registeredAt = (stations: readonly Station[], station: string) =>
  stations.find(({ code }) => code === station)?.registered;

type TapeDraft = DraftForm<TapeValue>;

function WhichCount({ station, count, form }: { station: string; count: Count; form: TapeDraft }) {
  const { t } = useApp();
  // A correction is of one count; the other has its own record.
  if (form.value.corrects) {
    return (
      <Notice>
        <p>{t("word-correcting")}</p>
      </Notice>
    );
  }
  const choose = (chosen: string) => {
    void form.flush();
    go(routeTo("tape", [station, chosen]), true);
  };
  const options = [
    { value: "machine", label: t("tape-machine") },
    { value: "manual", label: t("tape-manual") },
  ];
  return (
    <Choices name="count" legend={t("tape-count")} columns={2} value={count} options={options} onChange={choose} />
  );
}

function Pages({ form, policy }: { form: TapeDraft; policy: PhotoPolicy }) {
  const { t } = useApp();
  return (
    <Card title={t("tape-photos")}>
      <p class="hint">{t("tape-photos-hint")}</p>
      {form.value.earlierPages.length > 0 && <p class="hint">{t("photo-earlier-stay")}</p>}
      <PhotoField form={form} policy={policy} ordered />
    </Card>
  );
}

// Without these two nobody can compare the tape with anything.
const ESSENTIAL: ReadonlySet<TapeGap> = new Set(["photos", "ballots"]);

function Gaps({ gaps, onSave, onFill }: { gaps: readonly TapeGap[]; onSave: () => void; onFill: () => void }) {
  const { t } = useApp();
  const missing = gaps.map((gap) => ({ id: gap, words: t(`tape-gap-${gap}`), critical: ESSENTIAL.has(gap) }));
  return <MissingDialog missing={missing} onSave={onSave} onFill={onFill} />;
}
