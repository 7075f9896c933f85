/** What happened to the server or to this phone's store, told once and until it is put away. */
import { Button } from "../../ui/controls.tsx";
import { Notice } from "../../ui/notices.tsx";
import { useApp } from "../app_context.ts";

const MEGABYTE = 1024 * 1024;
export const megabytes = (bytes: number) => String(Math.round((bytes * 10) / MEGABYTE) / 10);

export function ServerNews() {
  return (
    <>
      <Restored />
      <Short />
      <Freed />
    </>
  );
}

function Restored() {
  const { phone, snap, t } = useApp();
  const { restored } = snap.log;
  if (!restored) return null;
  const { checked, lacking, again, photos, joined } = restored;
  const isDone = checked && again >= lacking && joined !== "asking";
  const counts = { count: String(lacking), again: String(again) };
  const sentence = !checked ? "restored-checking" : lacking === 0 ? "restored-none" : isDone ? "restored-again" : "restored-lacking";
  return (
    <Notice tone={isDone && joined !== "not-shown" ? "server" : "care"} testid="server-restored">
      <p class="strong notice-line">{t(joined ? "rejoined-title" : "restored-title")}</p>
      {joined && joined !== "same" && (
        <p class="notice-line" data-testid="server-rejoined" data-state={joined}>
          {t(`rejoined-${joined}`)}
        </p>
      )}
      <p class="notice-line" data-testid="server-restored-lacking">
        {t(sentence, counts)}
      </p>
      {checked && photos > 0 && <p class="notice-line">{t("restored-photos", { count: String(photos) })}</p>}
      {isDone && (
        <Button testid="server-restored-understood" onPress={() => void phone.log.dismiss("restored")}>
          {t("word-understood")}
        </Button>
      )}
    </Notice>
  );
}

function Short() {
  const { snap, t } = useApp();
  if (!snap.storage.isShort) return null;
  return (
    <Notice tone="care" testid="alert-storage">
      <p>{t("storage-short")}</p>
    </Notice>
  );
}

function Freed() {
  const { phone, snap, t } = useApp();
  const { freed } = snap.log;
  if (!freed) return null;
  return (
    <Notice testid="photos-freed">
      <p class="notice-line">{t("freed-told", { count: String(freed.photos), size: megabytes(freed.bytes) })}</p>
      <Button testid="photos-freed-understood" onPress={() => void phone.log.dismiss("freed")}>
        {t("word-understood")}
      </Button>
    </Notice>
  );
}
