/** Reads the server's answer about proofs, and finds out which of them hold. */
import { hashOf } from "./checkpoint.ts";
import { checkConsistency, checkInclusion, leafHash, leafOf, type Hash } from "./tree.ts";

export const MOST_PROOFS = 100;

export interface SaidProof {
  id: string;
  index: number;
  path: string[];
  archived: boolean;
}

export interface SaidNone {
  id: string;
  why: string;
}

export interface SaidProofs {
  checkpoint: string;
  /** null: the server's log is smaller than what was seen */
  consistency: string[] | null;
  proofs: (SaidProof | SaidNone)[];
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((text) => typeof text === "string");

function readOne(value: unknown, id: string): SaidProof | SaidNone | null {
  if (typeof value !== "object" || value === null) return null;
  const { id: named, index, path, archived, why } = value as Record<string, unknown>;
  if (named !== id) return null;
  if (typeof why === "string") return { id, why };
  return Number.isSafeInteger(index) && isTexts(path) ? { id, index: index as number, path, archived: archived === true } : null;
}

/** The answer of 200 to a question about these ids; null when it is no such answer. */
export function readProofs(text: string, ids: readonly string[]): SaidProofs | null {
  try {
    const { checkpoint, consistency, proofs } = JSON.parse(text);
    if (typeof checkpoint !== "string" || !Array.isArray(proofs) || proofs.length !== ids.length) return null;
    if (consistency !== null && !isTexts(consistency)) return null;
    const read = ids.map((id, at) => readOne(proofs[at], id));
    return read.some((proof) => proof === null) ? null : { checkpoint, consistency, proofs: read as SaidProofs["proofs"] };
  } catch {
    return null;
  }
}

export const isProof = (said: SaidProof | SaidNone): said is SaidProof => "path" in said;

interface Size {
  size: number;
  root: Hash;
}

function hashesOf(texts: readonly string[]): Hash[] | null {
  try {
    return texts.map(hashOf);
  } catch {
    return null;
  }
}

/** Whether the log grew from `before` to `after` and lost nothing on the way. */
export async function hasGrown(before: Size, after: Size, consistency: readonly string[] | null): Promise<boolean> {
  const path = consistency && hashesOf(consistency);
  return path !== null && checkConsistency(before.size, before.root, after.size, after.root, path);
}

/** Whether this very entry, by its header's bytes and its body's digest, stands where the server says. */
export async function isIncluded(header: string, { index, path }: SaidProof, { size, root }: Size): Promise<boolean> {
  const hashes = hashesOf(path);
  if (!hashes) return false;
  const leaf = await leafOf(header, (JSON.parse(header) as { body: string }).body);
  return checkInclusion(await leafHash(leaf), index, size, hashes, root);
}
