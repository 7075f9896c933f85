/** Keeps what is half filled in, sealed; with a PIN nobody reads it without the PIN. */
import { base64urlEncode } from "../core/text.ts";
import type { Database, DraftPhotoRow, DraftRow, PinRow } from "./database.ts";
import { deleteDraftIn } from "./journal.ts";
import { withRoom } from "./room.ts";
import { seal, sealText, unseal, unsealText } from "./sealing.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Draft, DraftPhoto } from "./types.ts";

type Kept = Omit<Draft, "photos"> & { photos: { digest: string; mediaType: string }[] };

/** Photos are written once each: a draft is saved at every answer, and a photo is large. */
export async function saveDraft(database: Database, surroundings: Surroundings, key: CryptoKey, draft: Draft): Promise<void> {
  const known = await database.read(["draft_photos"], (transaction) =>
    transaction.objectStore("draft_photos").getAllKeys(IDBKeyRange.bound([draft.id, ""], [draft.id, "\uffff"])));
  const has = new Set(known.map(([, digest]) => digest));
  const fresh = await Promise.all(draft.photos.filter((photo) => !has.has(photo.digest)).map((photo) => sealedPhoto(key, draft.id, photo)));
  const { photos, ...rest } = draft;
  const kept: Kept = { ...rest, photos: photos.map(({ digest, mediaType }) => ({ digest, mediaType })) };
  const sealed = await sealText(key, JSON.stringify(kept));
  await withRoom(database, surroundings, fresh.length === 0, () => database.strict(["drafts", "draft_photos"], async (transaction) => {
    const before = await transaction.objectStore("drafts").get(draft.id);
    const digests = photos.map((photo) => photo.digest);
    await transaction.objectStore("drafts").put({ id: draft.id, version: newVersion(), sealed, photos: digests });
    for (const row of fresh) await transaction.objectStore("draft_photos").put(row);
    for (const digest of before?.photos ?? [])
      if (!digests.includes(digest)) await transaction.objectStore("draft_photos").delete([draft.id, digest]);
  }));
}

/** Drawn and not counted: a draft that was deleted and begun again under its old name must not look unchanged. */
const newVersion = (): string => base64urlEncode(crypto.getRandomValues(new Uint8Array(9)));

async function sealedPhoto(key: CryptoKey, draft: string, photo: DraftPhoto): Promise<DraftPhotoRow> {
  return { draft, digest: photo.digest, sealed: await seal(key, photo.bytes) };
}

export async function deleteDraft(database: Database, id: string): Promise<void> {
  await database.strict(["drafts", "draft_photos"], (transaction) => deleteDraftIn(transaction, id));
}

function rows(database: Database): Promise<[DraftRow[], DraftPhotoRow[]]> {
  return database.read(["drafts", "draft_photos"], async (transaction) => [
    await transaction.objectStore("drafts").getAll(),
    await transaction.objectStore("draft_photos").getAll(),
  ]);
}

/** Drafts opened before, by id; photos are large, and a draft is looked at after every answer. */
export type OpenedDrafts = Map<string, { version: string; draft: Draft }>;

/** The drafts that this key opens, latest change first; one that it does not open is left where it lies. */
export async function openDrafts(database: Database, key: CryptoKey, known: OpenedDrafts): Promise<Draft[]> {
  const kept = await database.read(["drafts"], (transaction) => transaction.objectStore("drafts").getAll());
  const opened = await Promise.all(kept.map((row) => openDraft(database, key, row, known).catch(() => null)));
  return opened.filter((draft) => draft !== null).sort((a, b) => b.changedAtMs - a.changedAtMs);
}

async function openDraft(database: Database, key: CryptoKey, row: DraftRow, known: OpenedDrafts): Promise<Draft> {
  const before = known.get(row.id);
  if (before?.version === row.version) return before.draft;
  const kept = JSON.parse(await unsealText(key, row.sealed)) as Kept;
  const photos: DraftPhoto[] = [];
  for (const { digest, mediaType } of kept.photos) {
    const seen = before?.draft.photos.find((photo) => photo.digest === digest);
    const bytes = seen?.bytes ?? (await openPhoto(database, key, row.id, digest));
    if (bytes) photos.push({ digest, mediaType, bytes });
  }
  const draft = { ...kept, photos };
  known.set(row.id, { version: row.version, draft });
  return draft;
}

async function openPhoto(database: Database, key: CryptoKey, draft: string, digest: string): Promise<ArrayBuffer | null> {
  const row = await database.read(["draft_photos"], (transaction) =>
    transaction.objectStore("draft_photos").get([draft, digest]));
  return row ? unseal(key, row.sealed) : null;
}

/** Every draft under the new key and the new PIN kept, in one transaction; or, if a draft changed meanwhile, nothing. */
async function resealedOnce(database: Database, from: CryptoKey, to: CryptoKey, pin: PinRow | null): Promise<boolean> {
  const [drafts, photos] = await rows(database);
  const again = async (sealed: ArrayBuffer) => seal(to, await unseal(from, sealed));
  const newDrafts = await Promise.all(drafts.map(async (row) => ({ ...row, sealed: await again(row.sealed) })));
  const newPhotos = await Promise.all(photos.map(async (row) => ({ ...row, sealed: await again(row.sealed) })));
  return database.strict(["settings", "drafts", "draft_photos"], async (transaction) => {
    const now = await transaction.objectStore("drafts").getAll();
    const isSame = now.length === drafts.length && now.every((row, at) => row.version === drafts[at]?.version);
    if (!isSame) return false;
    for (const row of newDrafts) await transaction.objectStore("drafts").put(row);
    for (const row of newPhotos) await transaction.objectStore("draft_photos").put(row);
    const settings = transaction.objectStore("settings");
    await (pin ? settings.put(pin, "pin") : settings.delete("pin"));
    return true;
  });
}

export async function resealDrafts(database: Database, from: CryptoKey, to: CryptoKey, pin: PinRow | null): Promise<void> {
  while (!(await resealedOnce(database, from, to, pin)));
}
