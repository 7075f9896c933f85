/** What the observer's screens may know and ask of the phone, and nothing of how it is kept. */

import type { LogActs, LogPicture, ShownProof } from "./log_types.ts";
import type { Pack, Station } from "./pack_types.ts";

export type * from "./log_types.ts";
export type * from "./pack_types.ts";

export type Language = "ar" | "ckb" | "en";
export type Theme = "system" | "light" | "dark" | "sun";
export type Words = { ar: string; ckb: string; en: string };

/** On this phone; wholly on the server (entry and each photo); proved to be in its log; needs a look by a person. */
export type RecordState = "phone" | "server" | "proved" | "look";

export interface StoredPhoto {
  digest: string;
  size: number;
  mediaType: string;
  sent: boolean;
  /** its bytes were let go of after the server had archived them */
  gone?: boolean;
}

export interface Review {
  finding: string;
  reason: string;
  atMs: number;
}

/** One own entry. `subject` is its own id when it is the first about its subject. */
export interface StoredRecord {
  id: string;
  kind: string;
  subject: string;
  refs: string[];
  seq: number;
  body: Record<string, unknown>;
  photos: StoredPhoto[];
  savedAtMs: number;
  /** "phone" with verdict "stored": the words have arrived, a photo has not yet. */
  state: RecordState;
  verdict?: string;
  why?: string;
  bucket?: string;
  lastError?: string;
  attempts: number;
  review?: Review;
  /** under the log that is in force */
  proof?: ShownProof;
  /** in the server's backup too, with every photo */
  archived?: boolean;
  supersededBy?: string;
  retracted?: boolean;
}

export interface DraftPhoto {
  digest: string;
  bytes: ArrayBuffer;
  mediaType: string;
}

export type DraftScreen = "incident" | "checklist" | "tape";

export interface Draft {
  id: string;
  screen: DraftScreen;
  station?: string;
  value: object;
  photos: DraftPhoto[];
  changedAtMs: number;
}

export interface ReceivedMessage {
  id: string;
  text: string;
  atMs: number;
}

export interface Me {
  observer: string;
  organisation: { id: string; name: Words };
  election: { id: string; name: Words; date: string; opens_ms: number; closes_ms: number };
  deviceId: string;
}

export type Stage = "new" | "unsupported" | "joining" | "pledge" | "locked" | "ready";

/**
 * Codes a screen has a sentence for. The phone itself: no-crypto, no-storage, key-not-kept, key-lost, phone-fault,
 * locked, not-joined, already-joined. Joining: code-wrong (not a join link), code-refused (used up, expired, unknown).
 * Sending: no-network, portal, server-down, busy, frame, too-large, token-revoked, token-unknown, too-old.
 * A single entry or photo: damaged, too-large, frame, not-named, upload-busy, lost, changed, photo-400, photo-413.
 */
export type Problem = string;

export interface OutboxState {
  waiting: number;
  photosWaiting: number;
  lastExchangeMs?: number;
  nextTryMs?: number;
  lastError?: Problem;
  sending: boolean;
}

export interface PhoneSnapshot {
  stage: Stage;
  problem?: Problem;
  online: boolean;
  language: Language;
  theme: Theme;
  me?: Me;
  pack?: Pack;
  /** assigned stations */
  stations: Station[];
  /** own entries, oldest first, retractions and reinstatements among them; empty while locked */
  records: StoredRecord[];
  /** empty while locked */
  drafts: Draft[];
  messages: ReceivedMessage[];
  outbox: OutboxState;
  update: "none" | "waiting" | "ready";
  storage: { persisted: boolean; usedBytes?: number; quotaBytes?: number; isShort?: boolean };
  log: LogPicture;
  pin: boolean;
}

export interface Submission {
  kind: string;
  /** the fields of the kind, without `salt`; `pages` of a tape name photo digests */
  body: Record<string, unknown>;
  subject?: string;
  refs?: string[];
  photos?: { bytes: ArrayBuffer; mediaType: string }[];
  draftId?: string;
}

export interface Phone {
  readonly log: LogActs;
  /** The same object until something changes. */
  snapshot(): PhoneSnapshot;
  subscribe(listener: () => void): () => void;
  selfTest(): Promise<{ ok: boolean; problem?: Problem }>;
  /** Takes a join link, or the code in it. Rejects with an Error whose message is a Problem code. */
  join(linkOrCode: string): Promise<void>;
  acceptPledge(): Promise<void>;
  setLanguage(language: Language): Promise<void>;
  setTheme(theme: Theme): Promise<void>;
  /** Resolves when the draft is on the disk. */
  saveDraft(draft: Draft): Promise<void>;
  deleteDraft(id: string): Promise<void>;
  /** Whether a photo of this size can be taken in without taking the room that text needs. */
  hasRoomFor(bytes: number): Promise<boolean>;
  /** Resolves after the strict commit that holds entry, photos and the end of the draft. */
  submit(submission: Submission): Promise<StoredRecord>;
  retract(id: string, reason: string): Promise<StoredRecord>;
  reinstate(id: string, reason: string): Promise<StoredRecord>;
  /** Tries now, and asks the server what it lacks. */
  retryNow(): Promise<void>;
  exportOutbox(): Promise<Blob>;
  /** Rejects with Error("wrong-pin") when a PIN is set and `oldPin` is not it. */
  setPin(pin: string | null, oldPin?: string): Promise<void>;
  unlock(pin: string): Promise<boolean>;
  lock(): void;
  /** While locked, what is unsent is never wiped, insist or not. "unarchived": it is on the server and in no backup. */
  wipe(insist: boolean): Promise<{ refused?: "unsent" | "unarchived" }>;
  applyUpdate(): Promise<void>;
  /** An object URL for an own or draft photo; the caller revokes it. */
  photoUrl(digest: string): Promise<string | null>;
}

/** What is sent when joining, kept first: if the answer is lost the very same is sent again. */
export interface Joining {
  code: string;
  jwk: JsonWebKey;
  proof: string;
  /** of a phone that joins again: the server refuses a code for anybody else, and the code stays whole */
  expects?: Expected;
}

/** As whom a phone has recorded until now. */
export interface Expected {
  election: string;
  organisation: string;
  observer: string;
}
