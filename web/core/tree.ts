/** Checks what a server says about its log: that an entry is in it, and that it only grew (RFC 6962, RFC 9162 §2.1). */
import { base64Decode, utf8 } from "./text.ts";

export type Hash = Uint8Array<ArrayBuffer>;
export const HASH_BYTES = 32;
const LEAF_MARK = 1;
const DIGEST_PATTERN = /^[A-Za-z0-9_-]{43}$/;

async function hashed(...parts: Uint8Array[]): Promise<Hash> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

export const leafHash = (leaf: Uint8Array): Promise<Hash> => hashed(Uint8Array.of(0), leaf);
export const nodeHash = (left: Hash, right: Hash): Promise<Hash> => hashed(Uint8Array.of(1), left, right);
export const emptyRoot = (): Promise<Hash> => hashed();

export const isSame = (a: Hash, b: Hash): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** What a log holds of an entry: 65 bytes, of which either half can be opened without the other. */
export async function leafOf(header: string, bodyDigest: string): Promise<Hash> {
  if (!DIGEST_PATTERN.test(bodyDigest)) throw new Error("not-a-digest");
  const body = base64Decode(`${bodyDigest.replace(/-/g, "+").replace(/_/g, "/")}=`);
  const leaf = new Uint8Array(1 + 2 * HASH_BYTES);
  leaf[0] = LEAF_MARK;
  leaf.set(await hashed(utf8(header)), 1);
  leaf.set(body, 1 + HASH_BYTES);
  return leaf;
}

// Halves and not shifts: JavaScript shifts 32 bits, and a log may be longer.
const half = (place: number): number => Math.floor(place / 2);
const isOdd = (place: number): boolean => place % 2 === 1;

/** One step up from `node`, past the levels where it is the last and has nobody beside it. */
function above(node: number, last: number): [number, number] {
  let [place, end] = [node, last];
  if (!isOdd(place)) while (!isOdd(place) && place > 0) [place, end] = [half(place), half(end)];
  return [half(place), half(end)];
}

const isPlace = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** Whether the leaf with `hash` is entry `index` of the tree of `size` with `root`. */
export async function checkInclusion(hash: Hash, index: number, size: number, path: readonly Hash[], root: Hash): Promise<boolean> {
  if (!isPlace(index) || !isPlace(size) || index >= size) return false;
  let [node, last, now] = [index, size - 1, hash];
  for (const beside of path) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      now = await nodeHash(beside, now);
      [node, last] = above(node, last);
    } else {
      now = await nodeHash(now, beside);
      [node, last] = [half(node), half(last)];
    }
  }
  return last === 0 && isSame(now, root);
}

const isPowerOfTwo = (size: number): boolean => Number.isInteger(Math.log2(size)) && 2 ** Math.log2(size) === size;

/** Whether the tree of `size` begins with all that the tree of `oldSize` held. */
export async function checkConsistency(
  oldSize: number, oldRoot: Hash, size: number, root: Hash, path: readonly Hash[],
): Promise<boolean> {
  if (!isPlace(oldSize) || !isPlace(size) || oldSize > size) return false;
  if (oldSize === size) return path.length === 0 && isSame(oldRoot, root);
  if (oldSize === 0) return path.length === 0 && isSame(oldRoot, await emptyRoot());
  if (path.length === 0) return false;
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...path] : path;
  let [node, last] = [oldSize - 1, size - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [before, after] = [first as Hash, first as Hash];
  for (const beside of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      [before, after] = [await nodeHash(beside, before), await nodeHash(beside, after)];
      [node, last] = above(node, last);
    } else {
      after = await nodeHash(after, beside);
      [node, last] = [half(node), half(last)];
    }
  }
  return last === 0 && isSame(before, oldRoot) && isSame(after, root);
}
