/** Keeps a half-filled form: at every answer, before the camera opens, and when the app goes out of sight. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { DraftPhoto, DraftScreen } from "../../device/types.ts";
import { useApp } from "../app_context.ts";
import { DraftKeeper, type DraftContent } from "./draft_keeper.ts";

export interface DraftForm<Value> extends DraftContent<Value> {
  /** whether what is seen is also on the disk */
  kept: boolean;
  /** whether anything was ever changed */
  begun: boolean;
  change: (part: Partial<Value>, typing?: boolean) => void;
  setPhotos: (photos: DraftPhoto[], part?: Partial<Value>) => void;
  /** what kept it from the disk, or null */
  flush: () => Promise<unknown>;
  hold: (held: boolean) => void;
}

interface Place<Value> {
  id: string;
  screen: DraftScreen;
  stationOf: (value: Value) => string | null;
}

function useFlushWhenHidden(flush: () => Promise<unknown>): void {
  useEffect(() => {
    const hide = () => void flush();
    document.addEventListener("visibilitychange", hide);
    window.addEventListener("pagehide", hide);
    return () => {
      document.removeEventListener("visibilitychange", hide);
      window.removeEventListener("pagehide", hide);
      hide();
    };
  }, []);
}

export function useDraft<Value extends object>(place: Place<Value>, start: () => Value): DraftForm<Value> {
  const { phone, snap, t, tell, nowMs } = useApp();
  const found = useMemo(() => snap.drafts.find((draft) => draft.id === place.id), [place.id]);
  const begin = { value: (found?.value as Value | undefined) ?? start(), photos: found?.photos ?? [] };
  const [form, setForm] = useState({ ...begin, kept: true, begun: found !== undefined });
  const keeper = useMemo(() => {
    const { id, screen, stationOf } = place;
    const save = (content: DraftContent<Value>) =>
      phone.saveDraft({ id, screen, station: stationOf(content.value) ?? undefined, ...content, changedAtMs: nowMs() });
    const shown = (content: DraftContent<Value>, kept: boolean) => setForm({ ...content, kept, begun: true });
    return new DraftKeeper<Value>(begin, save, shown, () => tell(t("draft-not-kept"), "look"));
  }, [place.id]);
  const flush = () => keeper.flush();
  useFlushWhenHidden(flush);
  const merged = (part: Partial<Value>) => ({ ...keeper.content.value, ...part });
  return {
    ...form,
    flush,
    hold: (held) => keeper.hold(held),
    change: (part, typing = false) => keeper.set({ ...keeper.content, value: merged(part) }, typing),
    setPhotos: (photos, part = {}) => keeper.set({ photos, value: merged(part) }, false),
  };
}
