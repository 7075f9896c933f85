/** Photos of a report: taken with the phone's own camera app where the rules allow it, looked at, never refused. */
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { Chip, Notice } from "../../ui/notices.tsx";
import type { DraftPhoto, Phone, PhotoPolicy } from "../../device/types.ts";
import { useApp } from "../app_context.ts";
import { takePhoto } from "../camera/take_photo.ts";
import type { Quality } from "../camera/photo_shape.ts";
import { isFull } from "../rules/full_phone.ts";
import type { DraftForm } from "./use_draft.ts";

export type Qualities = Record<string, Quality>;

interface PhotoFieldProps {
  form: DraftForm<{ qualities?: Qualities }>;
  policy: PhotoPolicy;
  /** whether the order matters, as with the parts of a tape */
  ordered?: boolean;
}

/** Adds pictures one by one, each kept before the next is read; one that cannot be read spares the others. */
function useAdding(form: PhotoFieldProps["form"]) {
  const { phone, t, tell } = useApp();
  const [busy, setBusy] = useState(false);
  const add = async (files: readonly File[]) => {
    setBusy(true);
    let { photos } = form;
    let qualities = form.value.qualities ?? {};
    for (const file of files) {
      const taken = await takePhoto(file).catch(() => null);
      if (!taken) tell(t("photo-unreadable"), "look");
      if (!taken || photos.some(({ digest }) => digest === taken.photo.digest)) continue;
      const before = { photos, qualities };
      photos = [...photos, taken.photo];
      qualities = { ...qualities, [taken.photo.digest]: taken.quality };
      if (!(await isKept(phone, form, photos, qualities))) {
        ({ photos, qualities } = before);
        form.setPhotos(photos, { qualities });
        tell(t("photo-no-room"), "look");
        break;
      }
      tell(t(wordFor(taken.quality)), taken.quality.dark || taken.quality.blurred ? "look" : "server");
    }
    setBusy(false);
  };
  return { busy, add };
}

/** False when the phone is too full for the last of these photos: then text goes on without it. */
async function isKept(phone: Phone, form: PhotoFieldProps["form"], photos: DraftPhoto[], qualities: Qualities) {
  const size = photos.at(-1)?.bytes.byteLength ?? 0;
  if (!(await phone.hasRoomFor(size))) return false;
  form.setPhotos(photos, { qualities });
  return !isFull(await form.flush());
}

function wordFor({ dark, blurred }: Quality): string {
  if (dark) return "photo-dark";
  return blurred ? "photo-blurred" : "photo-added";
}

export function PhotoField({ form, policy, ordered }: PhotoFieldProps) {
  const { t } = useApp();
  const { busy, add } = useAdding(form);
  if (policy === "never") {
    return (
      <Notice testid="photo-never">
        <p>{t("photo-never")}</p>
      </Notice>
    );
  }
  const take = t(busy ? "photo-working" : "photo-take");
  return (
    <div class="stack" data-testid="photos">
      {policy !== "allowed" && (
        <Notice tone="care" testid={`photo-policy-${policy}`}>
          <p>{t(`photo-policy-${policy}`)}</p>
        </Notice>
      )}
      {form.photos.length > 0 && <Taken form={form} ordered={ordered} />}
      <div class="row row-fill">
        <Pick testid="photo-camera" icon="camera" word={take} camera onOpen={form.flush} onFiles={add} />
        <Pick testid="photo-gallery" icon="picture" word={t("photo-choose")} onOpen={form.flush} onFiles={add} />
      </div>
    </div>
  );
}

function Pick(props: {
  testid: string;
  icon: "camera" | "picture";
  word: string;
  camera?: boolean;
  onOpen: () => Promise<unknown>;
  onFiles: (files: readonly File[]) => Promise<void>;
}) {
  return (
    <label class="button">
      <Icon name={props.icon} />
      <span>{props.word}</span>
      <input
        type="file"
        accept="image/*"
        data-testid={props.testid}
        multiple={!props.camera}
        // The camera app may push this page out of memory: what is written so far is put on the disk first.
        {...(props.camera ? { capture: "environment" } : {})}
        onClick={() => void props.onOpen()}
        onChange={(event) => {
          const input = event.currentTarget;
          const files = [...(input.files ?? [])];
          // The same picture chosen twice would otherwise fire nothing.
          input.value = "";
          void props.onFiles(files);
        }}
      />
    </label>
  );
}

function Taken({ form, ordered }: { form: PhotoFieldProps["form"]; ordered?: boolean }) {
  const move = (from: number, to: number) => {
    const photos = [...form.photos];
    photos.splice(to, 0, ...photos.splice(from, 1));
    form.setPhotos(photos);
  };
  return (
    <ol class="photos">
      {form.photos.map((photo, place) => (
        <TakenPhoto
          key={photo.digest}
          photo={photo}
          place={place}
          quality={form.value.qualities?.[photo.digest]}
          onRemove={() => form.setPhotos(form.photos.filter((kept) => kept !== photo))}
          onEarlier={ordered && place > 0 ? () => move(place, place - 1) : undefined}
          onLater={ordered && place < form.photos.length - 1 ? () => move(place, place + 1) : undefined}
        />
      ))}
    </ol>
  );
}

interface TakenPhotoProps {
  photo: DraftPhoto;
  place: number;
  quality?: Quality;
  onRemove: () => void;
  onEarlier?: () => void;
  onLater?: () => void;
}

function useObjectUrl(photo: DraftPhoto): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([photo.bytes], { type: photo.mediaType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [photo]);
  return url;
}

function TakenPhoto({ photo, place, quality, onRemove, onEarlier, onLater }: TakenPhotoProps) {
  const { t } = useApp();
  const url = useObjectUrl(photo);
  const named = { place: String(place + 1) };
  const name = t("photo-part", named);
  return (
    <li class="photo" data-testid="photo">
      {/* its name is written beside it */}
      {url ? <img src={url} alt="" /> : <span class="photo-empty" />}
      <span class="small strong">{name}</span>
      {quality?.dark && (
        <Chip tone="look" testid="photo-is-dark">
          {t("photo-is-dark")}
        </Chip>
      )}
      {quality?.blurred && (
        <Chip tone="look" testid="photo-is-blurred">
          {t("photo-is-blurred")}
        </Chip>
      )}
      <div class="row">
        {onEarlier && (
          <Sign testid={`photo-earlier-${place}`} icon="up" label={t("photo-earlier", named)} onPress={onEarlier} />
        )}
        {onLater && (
          <Sign testid={`photo-later-${place}`} icon="down" label={t("photo-later", named)} onPress={onLater} />
        )}
        <Sign testid={`photo-remove-${place}`} icon="bin" label={t("photo-remove", named)} onPress={onRemove} />
      </div>
    </li>
  );
}

/** A button that shows only a sign; its words are for a screen reader. */
function Sign(props: { testid: string; icon: IconName; label: string; onPress: () => void }) {
  return <Button {...props}>{null}</Button>;
}
