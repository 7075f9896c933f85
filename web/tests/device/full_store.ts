/** A browser's store that takes so many bytes and no more, and does not say so beforehand. */
import { vi } from "vitest";

const size = (value: unknown): number => {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === "string") return value.length;
  if (value === null || typeof value !== "object") return 8;
  return Object.values(value).reduce<number>((sum, each) => sum + size(each), 0);
};

type Change = { store: string; key: unknown; bytes: number | null };

export class FullStore {
  limit = Infinity;
  private readonly rows = new Map<string, { store: string; key: unknown; bytes: number }>();
  private readonly open = new WeakMap<IDBTransaction, Change[]>();

  /** From now on everything that is written is counted; what a transaction wrote that ended is not. */
  constructor() {
    const before = IDBObjectStore.prototype;
    const { put, add, delete: remove } = before;
    const counts = (store: IDBObjectStore, value: unknown, key?: unknown) => this.count(store, value, key);
    const drop = (store: IDBObjectStore, key: unknown) => this.changes(store.transaction).push({ store: store.name, key, bytes: null });
    vi.spyOn(before, "put").mockImplementation(function (this: IDBObjectStore, value: unknown, ...key) {
      counts(this, value, key[0]);
      return put.call(this, value, ...key);
    });
    vi.spyOn(before, "add").mockImplementation(function (this: IDBObjectStore, value: unknown, ...key) {
      counts(this, value, key[0]);
      return add.call(this, value, ...key);
    });
    vi.spyOn(before, "delete").mockImplementation(function (this: IDBObjectStore, key) {
      drop(this, key);
      return remove.call(this, key);
    });
  }

  used(): number {
    return [...this.rows.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private count(store: IDBObjectStore, value: unknown, key: unknown): void {
    const path = store.keyPath as string | string[] | null;
    const named = value as Record<string, unknown>;
    const at = key ?? (Array.isArray(path) ? path.map((part) => named[part]) : named[path as string]);
    const changes = this.changes(store.transaction);
    const written = changes.reduce((sum, { bytes }) => sum + (bytes ?? 0), size(value));
    if (this.used() + written > this.limit) throw new DOMException("full", "QuotaExceededError");
    changes.push({ store: store.name, key: at, bytes: size(value) });
  }

  private changes(transaction: IDBTransaction): Change[] {
    const known = this.open.get(transaction);
    if (known) return known;
    const fresh: Change[] = [];
    this.open.set(transaction, fresh);
    transaction.addEventListener("complete", () => fresh.forEach((change) => this.keep(change)));
    return fresh;
  }

  private keep({ store, key, bytes }: Change): void {
    const isMeant = (other: unknown) => (key instanceof IDBKeyRange ? key.includes(other) : indexedDB.cmp(key, other) === 0);
    for (const [name, row] of this.rows) if (row.store === store && isMeant(row.key)) this.rows.delete(name);
    if (bytes !== null) this.rows.set(`${store} ${JSON.stringify(key)}`, { store, key, bytes });
  }
}
