/** What the observer's screens may know and ask of the phone, and nothing of how it is kept. */

export type Language = "ar" | "ckb" | "en";
export type Theme = "system" | "light" | "dark" | "sun";
export type Words = { ar: string; ckb: string; en: string };

/** On this phone; wholly on the server (entry and each of its photos); needs a look by a person. */
export type RecordState = "phone" | "server" | "look";
export type Phase = "arrival" | "opening" | "voting" | "closing" | "counting" | "any";
export type PhotoPolicy = "never" | "outside" | "tape" | "allowed";

export interface Governorate {
  code: string;
  name: Words;
  tile: [number, number];
  label: [longitude: number, latitude: number];
}

export interface IncidentGroup {
  code: string;
  name: Words;
}

export interface IncidentType {
  code: string;
  group: string;
  phase: Phase;
  severity: number;
  impact: string;
  escalate: boolean;
  photo: "yes" | "no" | "outside";
  label: Words;
}

export type QuestionType =
  | "time" | "int" | "text" | "code" | "photo" | "yes_no" | "yes_no_na" | "choice" | "scale";

/** Shown when the number answered to `question` is above `above`, or its value is one of `is`. */
export interface ShowIf {
  question: string;
  above?: number;
  is?: string[];
}

export interface Question {
  id: string;
  label: Words;
  type: QuestionType;
  options?: { value: string; label: Words }[];
  /** One value or, divided by semicolons, several that count as expected. */
  expected: string | null;
  critical: boolean;
  incident: string | null;
  show_if: ShowIf | null;
}

export interface Checklist {
  id: string;
  phase: Phase;
  name: Words;
  questions: Question[];
}

/** Times are text "HH:MM", numbers are integers, all else is text; photos ride the entry and have no answer. */
export type Answer = string | number;
export type Answers = Record<string, Answer>;

export interface Station {
  code: string;
  centre: string;
  name: Words;
  governorate: string;
  registered: number;
  longitude_e6?: number | null;
  latitude_e6?: number | null;
}

/** centre code, its name, its governorate, and the numbers of its stations */
export type Centre = [code: string, name: Words, governorate: string, stations: string[]];

export interface PackSettings {
  time_zone: string;
  opens: string;
  closes: string;
  languages: Language[];
  photo_policy: Record<Phase, PhotoPolicy>;
  manual_count_difference_percent: number;
  country_box: [west: number, south: number, east: number, north: number];
  lists: { code: string; name: Words }[];
}

export interface Pack {
  id: string;
  version: number;
  labels_reviewed: boolean;
  settings: PackSettings;
  governorates: Governorate[];
  incident_groups: IncidentGroup[];
  incident_types: IncidentType[];
  checklists: Checklist[];
  stations: Station[];
  centres: Centre[];
}

export interface StoredPhoto {
  digest: string;
  size: number;
  mediaType: string;
  sent: boolean;
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
  storage: { persisted: boolean; usedBytes?: number; quotaBytes?: number };
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
  /** While locked, what is unsent is never wiped, insist or not. */
  wipe(insist: boolean): Promise<{ refused?: "unsent" }>;
  applyUpdate(): Promise<void>;
  /** An object URL for an own or draft photo; the caller revokes it. */
  photoUrl(digest: string): Promise<string | null>;
}
