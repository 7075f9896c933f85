/** A browser in which nothing can be kept safely: it records nothing, and the screens say why. */
import { emptySnapshot } from "./shown.ts";
import type { Phone, PhoneSnapshot } from "./types.ts";

export function unusablePhone(problem: string): Phone {
  const listeners = new Set<() => void>();
  let picture: PhoneSnapshot = { ...emptySnapshot(true), stage: "unsupported", problem };
  const change = async (part: Partial<PhoneSnapshot>) => {
    picture = { ...picture, ...part };
    listeners.forEach((listener) => listener());
  };
  const refuse = () => Promise.reject(new Error(problem));
  return {
    snapshot: () => picture,
    subscribe: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    selfTest: async () => ({ ok: false, problem }),
    setLanguage: (language) => change({ language }),
    setTheme: (theme) => change({ theme }),
    lock: () => {}, photoUrl: async () => null, join: refuse, acceptPledge: refuse, saveDraft: refuse, hasRoomFor: refuse,
    deleteDraft: refuse, submit: refuse, retract: refuse, reinstate: refuse, retryNow: refuse, exportOutbox: refuse,
    setPin: refuse, unlock: refuse, wipe: refuse, applyUpdate: refuse,
    log: { lookAtAlarms: refuse, exportEvidence: refuse, dismiss: refuse, letGoOfPhotos: refuse },
  };
}

/** Why this browser cannot keep a key or a record, as a code that a screen has a sentence for. */
export function problemOf(error: unknown): string {
  const isKey = error instanceof Error && (error.message === "key-not-kept" || error.name === "DataCloneError");
  return isKey ? "key-not-kept" : "no-storage";
}
