/** Everything a phone takes from the browser around it, so that a test can put another world in its place. */
import { version } from "../package.json";
import { storageState } from "./browser_events.ts";
import type { Room } from "./room.ts";

export interface Surroundings {
  fetch: (address: string, request: RequestInit) => Promise<Response>;
  nowMs: () => number;
  /** ms since the app began, by a clock that nobody sets */
  monoMs: () => number;
  /** in [0, 1), for spreading attempts; never for keys */
  chance: () => number;
  isOnline: () => boolean;
  after: (ms: number, act: () => void) => () => void;
  locks: LockManager | null;
  /** how full the phone's own store is */
  room: () => Promise<Room>;
  /** how the tabs of this phone tell each other that something changed */
  channel: (name: string) => Pick<BroadcastChannel, "postMessage" | "close" | "onmessage"> | null;
  databaseName: string;
  app: string;
}

export function browserSurroundings(): Surroundings {
  return {
    fetch: (address, request) => fetch(address, request),
    nowMs: () => Date.now(),
    monoMs: () => performance.now(),
    chance: () => Math.random(),
    isOnline: () => navigator.onLine !== false,
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    locks: (typeof navigator !== "undefined" && navigator.locks) || null,
    room: storageState,
    channel: (name) => (typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name)),
    databaseName: "sanad",
    app: `phone ${version}`,
  };
}
