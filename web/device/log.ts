/** Believes a checkpoint only if the server signed it and it continues what this phone has seen. */
import { isNoteSignedBy, readCheckpoint, readNote, type Checkpoint } from "../core/checkpoint.ts";
import { base64Decode, base64Encode, base64urlEncode } from "../core/text.ts";
import { emptyRoot, isSame, type Hash } from "../core/tree.ts";
import type { AlarmReason } from "./log_types.ts";

/** The last checkpoint that was found right. `size` 0 and no note: a log begun anew of which nothing was seen yet. */
export interface KnownLog {
  origin: string;
  size: number;
  /** base64 */
  root: string;
  note: string;
  atMs: number;
}

/** That an entry stands in a log, as it was found right: what a tlog-proof is made of. */
export interface KeptProof {
  origin: string;
  index: number;
  path: string[];
  size: number;
  note: string;
  atMs: number;
}

/** Since when, and in how many answers, a log that is long enough for an entry's place has not shown it. */
export interface Absent {
  origin: string;
  sinceMs: number;
  times: number;
  told: boolean;
}

// A checkpoint and a handover have some hundred characters; of longer ones, one with each proof would fill a phone.
export const LONGEST_KEPT = 16 * 1024;

export type Look =
  | { is: "nothing" }
  | { is: "first" | "same" | "larger" | "smaller"; checkpoint: Checkpoint; note: string }
  | { is: "refused"; why: AlarmReason; note: string };

export const rootOf = (known: KnownLog): Hash => base64Decode(known.root);

export async function newLog(origin: string, atMs: number): Promise<KnownLog> {
  return { origin, size: 0, root: base64Encode(await emptyRoot()), note: "", atMs };
}

export const knownBy = ({ origin, size, root }: Checkpoint, note: string, atMs: number): KnownLog =>
  ({ origin, size, root: base64Encode(root), note, atMs });

/** As an entry's header carries it. */
export function seenIn(known: KnownLog | undefined): [number, string] {
  return known && known.size > 0 ? [known.size, base64urlEncode(rootOf(known))] : [0, ""];
}

/** What a checkpoint is beside the one this phone holds. Whether a larger one is right needs a proof besides. */
export async function lookAt(text: string, known: KnownLog | undefined, server: JsonWebKey): Promise<Look> {
  if (text === "") return { is: "nothing" };
  try {
    if (text.length > LONGEST_KEPT) return { is: "refused", why: "unsigned", note: text };
    const note = readNote(text);
    const checkpoint = readCheckpoint(note);
    if (known && checkpoint.origin !== known.origin) return { is: "refused", why: "stranger", note: text };
    if (!(await isNoteSignedBy(note, checkpoint.origin, server))) return { is: "refused", why: "unsigned", note: text };
    const beside = (is: "first" | "same" | "larger" | "smaller"): Look => ({ is, checkpoint, note: text });
    if (!known) return beside("first");
    if (checkpoint.size !== known.size) return beside(checkpoint.size > known.size ? "larger" : "smaller");
    return isSame(checkpoint.root, rootOf(known)) ? beside("same") : { is: "refused", why: "split", note: text };
  } catch {
    return { is: "refused", why: "unsigned", note: text };
  }
}
