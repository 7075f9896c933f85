/** The observer's phone as the screens see it. */
import type { Phone, PhoneSnapshot } from "./types.ts";

/** Opens what this phone holds; resolves when the first picture of it can be shown. */
export async function openPhone(): Promise<Phone> {
  let picture: PhoneSnapshot = {
    stage: "new", online: navigator.onLine, language: "ar", theme: "system", stations: [], records: [], drafts: [],
    messages: [], outbox: { waiting: 0, photosWaiting: 0, sending: false }, update: "none",
    storage: { persisted: false }, pin: false,
  };
  const listeners = new Set<() => void>();
  const change = (part: Partial<PhoneSnapshot>) => {
    picture = { ...picture, ...part };
    listeners.forEach((listener) => listener());
  };
  const refuse = () => Promise.reject(new Error("unsupported"));
  return {
    snapshot: () => picture,
    subscribe: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    selfTest: async () => ({ ok: true }),
    join: async () => change({ stage: "pledge" }),
    acceptPledge: async () => change({ stage: "ready" }),
    setLanguage: async (language) => change({ language }),
    setTheme: async (theme) => change({ theme }),
    saveDraft: async (draft) => change({ drafts: [...picture.drafts.filter((kept) => kept.id !== draft.id), draft] }),
    deleteDraft: async (id) => change({ drafts: picture.drafts.filter((kept) => kept.id !== id) }),
    submit: refuse, retract: refuse, reinstate: refuse, exportOutbox: refuse,
    retryNow: async () => {}, setPin: async () => {}, unlock: async () => true, lock: () => {},
    wipe: async () => ({}), applyUpdate: async () => {}, photoUrl: async () => null,
  };
}
