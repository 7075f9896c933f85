/** A results tape: its parts in order as photos, its figures typed, its sums looked at and never held against it. */
import { useState } from "preact/hooks";
import { Choices } from "../../ui/controls.tsx";
import { Notice } from "../../ui/notices.tsx";
import { Card, Screen } from "../../ui/screen.tsx";
import type { Station } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { FigureTable, VotesTable } from "../forms/figure_table.tsx";
import { PaperSwitch, SaveBar, StationLine } from "../forms/form_pieces.tsx";
import { MissingDialog } from "../forms/missing_dialog.tsx";
import { PhotoField } from "../forms/photo_field.tsx";
import { StationPicker } from "../forms/station_picker.tsx";
import { SumsNotice } from "../forms/sums_notice.tsx";
import { newTape, tapeDraftId, tapeEntry, tapeGaps, type Count, type TapeValue } from "../forms/tape_value.ts";
import { useDraft } from "../forms/use_draft.ts";
import { useHandIn } from "../forms/use_hand_in.ts";
import { go, routeTo, type Route } from "../route.ts";
import { tapePhotoPolicy } from "../rules/photo_rules.ts";

export function TapeScreen({ route }: { route: Route }) {
  const { t } = useApp();
  const [station, count = "machine", corrected = ""] = route.parts;
  if (!station) {
    return (
      <Screen title={t("station-title")} testid="tape-station" back={{ href: routeTo("today"), word: t("back") }}>
        <StationPicker onChoose={(code) => go(routeTo("tape", [code]), true)} />
      </Screen>
    );
  }
  return <TapeForm key={route.parts.join(" ")} station={station} count={count === "manual" ? "manual" : "machine"} corrected={corrected} />;
}

function TapeForm({ station, count, corrected }: { station: string; count: Count; corrected: string }) {
  const { t, snap } = useApp();
  const pack = usePack();
  const id = tapeDraftId(station, count, corrected);
  const form = useDraft<TapeValue>({ id, screen: "tape", station }, newTape);
  const { value, change } = form;
  const { busy, handIn } = useHandIn(form, routeTo("station", [station]));
  const [asking, setAsking] = useState(false);
  const policy = tapePhotoPolicy(pack);
  const gaps = tapeGaps(value, form.photos.length, policy !== "never");
  const known: Station | undefined = snap.stations.find(({ code }) => code === station);
  const save = () => {
    setAsking(false);
    void handIn({ ...tapeEntry(station, count, value, form.photos.map(({ digest }) => digest)), photos: form.photos, draftId: id });
  };
  const bar = <SaveBar kept={form.kept} begun={form.begun} busy={busy} word={t("tape-save")} onSave={() => (gaps.length > 0 ? setAsking(true) : save())} />;
  return (
    <Screen title={t("tape-title")} testid="tape" line={<StationLine code={station} />} bar={bar} back={{ href: routeTo("station", [station]), word: t("back") }}>
      {value.corrects
        ? <Notice><p>{t("correcting")}</p></Notice>
        : (
          <Choices name="count" legend={t("tape-count")} columns={2} value={count}
            options={[{ value: "machine", label: t("tape-machine") }, { value: "manual", label: t("tape-manual") }]}
            onChange={(chosen) => { void form.flush(); go(routeTo("tape", [station, chosen]), true); }} />
        )}
      <Card title={t("tape-photos")}>
        <p class="hint">{t("tape-photos-hint")}</p>
        {value.earlierPages.length > 0 && <p class="hint">{t("photo-earlier-stay")}</p>}
        <PhotoField form={form} policy={policy} ordered />
      </Card>
      <Card title={t("tape-figures")}><FigureTable figures={value.figures} onChange={(figures) => change({ figures }, true)} /></Card>
      <Card title={t("tape-votes")}><VotesTable votes={value.votes} onChange={(votes) => change({ votes }, true)} /></Card>
      <SumsNotice station={station} count={count} value={value} register={known?.registered} />
      <div class="step"><PaperSwitch captured={value.captured} onChange={(captured) => change({ captured })} /></div>
      {asking && (
        <MissingDialog missing={gaps.map((gap) => ({ id: gap, words: t(`tape-gap-${gap}`), critical: gap === "photos" || gap === "ballots" }))}
          onSave={save} onFill={() => setAsking(false)} />
      )}
    </Screen>
  );
}
