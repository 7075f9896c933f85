/** Keeps a half-filled form on the phone: at every answer, before the camera opens, and when the app goes out of sight. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Draft, DraftPhoto, DraftScreen } from "../../device/types.ts";
import { useApp } from "../app_context.ts";

// A word a second is typed; one strict write for each letter would only wear the phone out.
const TYPING_PAUSE_MS = 400;

export interface DraftForm<Value> {
  value: Value;
  photos: DraftPhoto[];
  /** whether what is seen is also on the disk */
  kept: boolean;
  /** whether anything was ever changed */
  begun: boolean;
  change: (part: Partial<Value>, typing?: boolean) => void;
  setPhotos: (photos: DraftPhoto[], part?: Partial<Value>) => void;
  flush: () => Promise<void>;
  /** While it is handed in or thrown away nothing more is written, or the draft would come back. */
  hold: (held: boolean) => void;
}

interface Place {
  id: string;
  screen: DraftScreen;
  station?: string | null;
}

export function useDraft<Value extends object>(place: Place, start: () => Value): DraftForm<Value> {
  const { phone, snap, t, tell, nowMs } = useApp();
  const found = useMemo(() => snap.drafts.find((draft) => draft.id === place.id), [place.id]);
  const [form, setForm] = useState({ value: (found?.value as Value | undefined) ?? start(), photos: found?.photos ?? [] });
  const [kept, setKept] = useState(true);
  const [begun, setBegun] = useState(found !== undefined);
  const now = useRef({ form, place, dirty: false, held: false, timer: 0, running: Promise.resolve() });
  now.current.place = place;

  const write = async () => {
    const state = now.current;
    if (!state.dirty || state.held) return;
    state.dirty = false;
    const { id, screen, station } = state.place;
    const draft: Draft = { id, screen, station: station ?? undefined, ...state.form, changedAtMs: nowMs() };
    try {
      await phone.saveDraft(draft);
      setKept(!state.dirty);
    } catch {
      state.dirty = true;
      tell(t("draft-not-kept"), "look");
    }
  };
  // One write after another, each with the newest values: an older one can never overtake.
  const flush = () => {
    clearTimeout(now.current.timer);
    return (now.current.running = now.current.running.then(write));
  };
  const set = (next: typeof form, typing: boolean) => {
    now.current.form = next;
    now.current.dirty = true;
    setForm(next);
    setKept(false);
    setBegun(true);
    clearTimeout(now.current.timer);
    if (typing) now.current.timer = window.setTimeout(() => void flush(), TYPING_PAUSE_MS);
    else void flush();
  };

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

  return {
    ...form, kept, begun, flush,
    change: (part, typing = false) => set({ ...now.current.form, value: { ...now.current.form.value, ...part } }, typing),
    setPhotos: (photos, part = {}) => set({ photos, value: { ...now.current.form.value, ...part } }, false),
    hold: (held) => {
      clearTimeout(now.current.timer);
      now.current.held = held;
    },
  };
}
