"""What lies in the phone's own database, opened with the key that lies beside it, in one look."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.engines.drivers import Engine

# Every report in a test says of itself "report <number> end".
_LOOK = r"""
const asked = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});
const base = await asked(indexedDB.open('sanad'));
const read = base.transaction(['journal', 'photos', 'photo_bytes', 'drafts', 'draft_photos', 'keys']);
const all = (store) => asked(read.objectStore(store).getAll());
const [journal, photos, bytes, digests, drafts, draftPhotos, key] = await Promise.all([
  all('journal'), all('photos'), all('photo_bytes'), asked(read.objectStore('photo_bytes').getAllKeys()),
  all('drafts'), all('draft_photos'), asked(read.objectStore('keys').get('outbox')),
]);
base.close();
const open = (sealed) =>
  crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.slice(0, 12) }, key, sealed.slice(12));
const text = async (sealed) => new TextDecoder().decode(await open(sealed));
const number = (words) => Number(/report (\d+) end/.exec(words)?.[1] ?? -1);
const isWhole = async (sealed, digest) => {
  if (!sealed) return false;
  const found = new Uint8Array(await crypto.subtle.digest('SHA-256', await open(sealed)));
  return btoa(String.fromCharCode(...found)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') === digest;
};
const count = async (digests, find) => {
  let whole = 0;
  for (const digest of digests) whole += await isWhole(find(digest), digest);
  return whole;
};
const records = [];
for (const row of journal) {
  const find = (digest) => bytes[digests.indexOf(digest)];
  const named = row.photos.map(({ digest }) => digest);
  const isNew = !(globalThis.lookedAt ??= new Set()).has(row.id);
  records.push({
    id: row.id, seq: row.seq, verdict: row.verdict ?? '', number: number(await text(row.body)),
    photos: isNew ? await count(named, find) : named.length,
  });
  globalThis.lookedAt.add(row.id);
}
const begun = [];
for (const row of drafts) {
  const value = await text(row.sealed);
  const find = (digest) => draftPhotos.find((each) => each.draft === row.id && each.digest === digest)?.sealed;
  begun.push({
    id: row.id, number: number(value), photos: await count(row.photos, find),
  });
}
return { records, drafts: begun, photosWaiting: photos.filter((photo) => !photo.sent).length };
"""


@dataclass(frozen=True)
class Found:
    records: list[dict[str, Any]]
    drafts: list[dict[str, Any]]
    photos_waiting: int

    def how_often(self, number: int, photos: int) -> tuple[int, int]:
        """How many records and how many drafts are this report with all its photos."""
        return _whole(self.records, number, photos), _whole(self.drafts, number, photos)

    def repeated(self) -> int:
        """Reports that are there more than once, be it as record or as draft."""
        numbers = Counter(each["number"] for each in [*self.records, *self.drafts])
        return sum(count - 1 for count in numbers.values())

    def is_one_chain(self) -> bool:
        return sorted(each["seq"] for each in self.records) == list(range(1, len(self.records) + 1))


def _whole(found: list[dict[str, Any]], number: int, photos: int) -> int:
    return sum(each["number"] == number and each["photos"] == photos for each in found)


def look_in(engine: Engine) -> Found:
    said = engine.run(_LOOK)
    return Found(said["records"], said["drafts"], said["photosWaiting"])
