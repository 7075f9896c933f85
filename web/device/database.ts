/** The phone's own database: every write is on the disk before it is called saved. */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";
import type { Lane } from "../core/batch.ts";
import type { Absent, KeptProof, KnownLog } from "./log.ts";
import type { Joined, Joining, Me, Pack } from "./types.ts";

/** Bytes under an AES-GCM key, the 12 bytes of its nonce before them. */
export type Sealed = ArrayBuffer;

export interface JournalRow {
  id: string;
  seq: number;
  lane: Lane;
  kind: string;
  subject: string;
  refs: string[];
  header: string;
  signature: string;
  body: Sealed;
  photos: { digest: string; size: number; mediaType: string }[];
  savedAtMs: number;
  /** still to be handed in */
  due: boolean;
  notBeforeMs: number;
  attempts: number;
  verdict?: string;
  why?: string;
  bucket?: string;
  lastError?: string;
  look?: boolean;
  /** its place in the log, as the server said when it took it */
  index?: number;
  /** one for each log it was found in, the latest last */
  proofs?: KeptProof[];
  absent?: Absent;
  /** the log under which the server said that it is in a backup */
  archivedIn?: string;
}

export interface PhotoRow {
  digest: string;
  size: number;
  mediaType: string;
  lane: Lane;
  /** the entries that name it; it can be sent once one of them has arrived */
  entries: string[];
  sent: boolean;
  attempts: number;
  notBeforeMs: number;
  uploadUrl?: string;
  lastError?: string;
  look?: boolean;
  /** the bytes were let go of, once they were archived */
  gone?: boolean;
}

export interface DraftRow {
  id: string;
  /** changes with every save, so that sealing anew under another PIN never overwrites a newer draft */
  version: string;
  sealed: Sealed;
  photos: string[];
}

export interface DraftPhotoRow {
  draft: string;
  digest: string;
  sealed: Sealed;
}

/** An entry of the server's journal whose signature was found right. */
export interface ReceivedRow {
  id: string;
  kind: string;
  subject: string;
  refs: string[];
  seq: number;
  atMs: number;
  body: Record<string, unknown>;
  /** how many servers were restored before the one that wrote it; places count within one */
  era?: number;
}

export interface Identity extends Me {
  token: string;
  serverJwk: JsonWebKey;
}

/** What was known of the server before joining again, until the first answer shows whether it goes on. */
export interface FormerServer {
  key: JsonWebKey;
  log?: KnownLog;
}

export interface PinRow {
  salt: ArrayBuffer;
  iterations: number;
  check: Sealed;
}

export interface Settings {
  language: "ar" | "ckb" | "en";
  theme: "system" | "light" | "dark" | "sun";
  identity: Identity;
  joining: Joining;
  pledgedAtMs: number;
  pack: Pack;
  packTag: string;
  packStale: boolean;
  head: { seq: number; id: string };
  cursor: string;
  offsetMs: number;
  lastExchangeMs: number;
  pin: PinRow;
  log: KnownLog;
  /** keys of servers that were lost, oldest first */
  formerServers: JsonWebKey[];
  handovers: { at_ms: number; notes: string[]; checkpoint: string }[];
  restored: { atMs: number; checked: boolean; /** own entries */ ids: string[]; photos: number; joined?: Joined };
  former: FormerServer;
  /** answers in a row that only a later one can explain: of a smaller log, of another */
  doubts: number;
  freed: { photos: number; bytes: number };
}

interface Schema extends DBSchema {
  settings: { key: string; value: unknown };
  /** a record each: a browser that reads one key back as nothing must not take another with it */
  keys: { key: string; value: CryptoKeyPair | CryptoKey };
  journal: { key: string; value: JournalRow };
  photos: { key: string; value: PhotoRow };
  photo_bytes: { key: string; value: Sealed };
  drafts: { key: string; value: DraftRow };
  draft_photos: { key: [string, string]; value: DraftPhotoRow };
  received: { key: string; value: ReceivedRow };
}

export type Store = StoreNames<Schema>;
export type Writing = IDBPTransaction<Schema, Store[], "readwrite">;
export type Reading = IDBPTransaction<Schema, Store[], "readonly">;

// WebKit loses its database process now and then; an open connection is dead from then on and a new one works.
const LOST_CONNECTION = new Set(["UnknownError", "InvalidStateError"]);

export class Database {
  private opened: Promise<IDBPDatabase<Schema>> | null = null;
  constructor(private readonly name: string) {}

  /** Runs `work` in one strict transaction and resolves when it is on the disk; all of it or nothing. */
  strict<T>(stores: Store[], work: (transaction: Writing) => Promise<T>): Promise<T> {
    return this.retried(async (connection) => {
      const transaction = connection.transaction(stores, "readwrite", { durability: "strict" });
      return settled(transaction, work(transaction));
    });
  }

  read<T>(stores: Store[], work: (transaction: Reading) => Promise<T>): Promise<T> {
    return this.retried(async (connection) => {
      const transaction = connection.transaction(stores, "readonly");
      return settled(transaction, work(transaction));
    });
  }

  setting<N extends keyof Settings>(name: N): Promise<Settings[N] | undefined> {
    return this.read(["settings"], (transaction) => setting(transaction, name));
  }

  keep<N extends keyof Settings>(name: N, value: Settings[N]): Promise<void> {
    return this.strict(["settings"], async (transaction) => {
      await transaction.objectStore("settings").put(value, name);
    });
  }

  async close(): Promise<void> {
    const connection = await this.opened?.catch(() => null);
    this.opened = null;
    connection?.close();
  }

  private connection(): Promise<IDBPDatabase<Schema>> {
    this.opened ??= openDB<Schema>(this.name, 1, {
      upgrade(database) {
        database.createObjectStore("settings");
        database.createObjectStore("keys");
        database.createObjectStore("journal", { keyPath: "id" });
        database.createObjectStore("photos", { keyPath: "digest" });
        database.createObjectStore("photo_bytes");
        database.createObjectStore("drafts", { keyPath: "id" });
        database.createObjectStore("draft_photos", { keyPath: ["draft", "digest"] });
        database.createObjectStore("received", { keyPath: "id" });
      },
      // A newer version of the app in another tab must not wait for this one for ever.
      blocking: () => void this.close(),
      terminated: () => void (this.opened = null),
    });
    this.opened.catch(() => (this.opened = null));
    return this.opened;
  }

  private async retried<T>(run: (connection: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await run(await this.connection());
    } catch (error) {
      if (!(error instanceof Error) || !LOST_CONNECTION.has(error.name)) throw error;
      await this.close();
      return run(await this.connection());
    }
  }
}

/** A value of `settings` by its name, inside a transaction that has that store. */
export async function setting<N extends keyof Settings>(
  transaction: Writing | Reading, name: N,
): Promise<Settings[N] | undefined> {
  return (await (transaction as Reading).objectStore("settings").get(name)) as Settings[N] | undefined;
}

/** The outcome of `work` once the transaction is done; nothing of it is kept when `work` fails. */
async function settled<T>(transaction: Writing | Reading, work: Promise<T>): Promise<T> {
  const done = transaction.done.then(() => null, (error: unknown) => error ?? new Error("not-saved"));
  try {
    const outcome = await work;
    const failure = await done;
    if (failure) throw failure;
    return outcome;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It is over already; that is all that is wanted.
    }
    const failure = await done;
    // A transaction that a full disk ended tells its waiting requests only that it ended.
    throw failure && error instanceof Error && error.name === "AbortError" ? failure : error;
  }
}
