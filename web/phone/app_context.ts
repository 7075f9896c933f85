/** What every screen is given: the phone, its present picture, and the words. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Pack, Phone, PhoneSnapshot } from "../device/types.ts";
import type { Say } from "./words.ts";

/** `heard`: the screen itself shows it, and only a screen reader needs to be told. */
export type Tone = "server" | "look" | "heard";

export interface AppContext {
  phone: Phone;
  snap: PhoneSnapshot;
  t: Say;
  /** Tells, briefly on the screen and to a screen reader, what has just happened. */
  tell: (sentence: string, tone?: Tone) => void;
  nowMs: () => number;
  /** the code of the join link by which the app was opened, or nothing */
  invitation: string;
}

const Context = createContext<AppContext | null>(null);

export const AppProvider = Context.Provider;

export function useApp(): AppContext {
  const app = useContext(Context);
  if (!app) throw new Error("outside the app");
  return app;
}

/** For screens that are shown only after joining, when the pack is there. */
export function usePack(): Pack {
  const { snap } = useApp();
  if (!snap.pack) throw new Error("no pack yet");
  return snap.pack;
}
