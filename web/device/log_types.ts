/** What the observer's screens may know of the server's log. */

/**
 * Why a checkpoint was refused: fewer entries than were seen; other entries at the same size; no proof that it grew
 * from what was seen; not signed by the server's key; another log in its place without a handover; a handover that is
 * not right; an entry that the server took and cannot show in it.
 */
export type AlarmReason = "shrunk" | "split" | "inconsistent" | "unsigned" | "stranger" | "bad-handover" | "not-included";

export interface ShownAlarm {
  id: string;
  why: AlarmReason;
  atMs: number;
  /** how many entries the log held by the checkpoint that was kept, and by the one that was refused */
  keptSize?: number;
  refusedSize?: number;
  looked: boolean;
}

export interface ShownProof {
  /** the place of the entry, from 0 */
  index: number;
  size: number;
  atMs: number;
}

/** Whether the server has shown that it goes on with the log known before; `same`: it is the very server. */
export type Joined = "asking" | "shown" | "not-shown" | "same";

export interface ShownRestored {
  atMs: number;
  /** whether the server has said what it lacks */
  checked: boolean;
  /** own entries that were not in the copy, and how many of them are on the server again */
  lacking: number;
  again: number;
  photos: number;
  /** of a phone that joined again */
  joined?: Joined;
}

export interface LogPicture {
  known?: { origin: string; size: number; atMs: number };
  alarms: ShownAlarm[];
  restored?: ShownRestored;
  /** photos let go of because storage was short */
  freed?: { photos: number; bytes: number };
  /** photos that may be let go of now */
  archived: { photos: number; bytes: number };
}

export interface LogActs {
  /** Somebody has looked at the alarms: they are kept, and no longer stand on every screen. */
  lookAtAlarms(): Promise<void>;
  /** Alarms with both notes, the server's keys and this phone's proofs; no words of any record. */
  exportEvidence(): Promise<Blob>;
  /** Takes away what was told once: that the server was restored, that photos were let go of. */
  dismiss(told: "restored" | "freed"): Promise<void>;
  /** Lets go of the bytes of photos that are archived, and of no others. */
  letGoOfPhotos(): Promise<void>;
}
