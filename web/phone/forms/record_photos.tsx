/** The photos of a record, from this phone's own store. */
import { useEffect, useState } from "preact/hooks";
import { Chip } from "../../ui/notices.tsx";
import type { StoredPhoto } from "../../device/types.ts";
import { useApp } from "../app_context.ts";

export function RecordPhotos({ photos }: { photos: readonly StoredPhoto[] }) {
  return (
    <ol class="photos" data-testid="record-photos">
      {photos.map((photo, place) => (
        <RecordPhoto key={photo.digest} photo={photo} place={place} />
      ))}
    </ol>
  );
}

function RecordPhoto({ photo, place }: { photo: StoredPhoto; place: number }) {
  const { phone, t } = useApp();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let gone = false;
    void phone.photoUrl(photo.digest).then((found) => {
      made = found;
      if (gone && found) URL.revokeObjectURL(found);
      else setUrl(found);
    });
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [photo.digest]);
  const name = t("photo-part", { place: String(place + 1) });
  return (
    <li class="photo">
      {url ? <img src={url} alt={name} /> : <span class="photo-empty" />}
      <span class="small strong">{name}</span>
      {photo.gone ? (
        <span class="small" data-testid="photo-gone">
          {t("photo-gone")}
        </span>
      ) : (
        <Chip tone={photo.sent ? "server" : "phone"} state={photo.sent ? "server" : "phone"}>
          {t(photo.sent ? "state-server" : "state-phone")}
        </Chip>
      )}
    </li>
  );
}
