/** The examples of the log that Python passes too. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hashOf, isNoteSignedBy, proofText, rawSignature, readCheckpoint, readHandover, readNote } from "../../core/checkpoint.ts";
import { base64Decode, base64Encode } from "../../core/text.ts";
import { checkConsistency, checkInclusion, leafHash, leafOf } from "../../core/tree.ts";

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), "utf8"));
const { leaves, roots, inclusions, wrong_inclusions, consistencies, wrong_consistencies, notes } = read("log");
const path = (hashes: string[]) => hashes.map(hashOf);

describe("a proof that an entry is in the log", () => {
  const check = async (leaf: string, { index, size, path: hashes }: any, root: string) =>
    checkInclusion(await leafHash(base64Decode(leaf)), index, size, path(hashes), hashOf(root));

  test.each(inclusions as any[])("entry $index of $size", async (said) =>
    expect(await check(leaves[said.index], said, roots[said.size])).toBe(true));
  test.each(wrong_inclusions as any[])("fails for $name", async (said) =>
    expect(await check(leaves[said.leaf], said, said.root)).toBe(false));
  test("is over the same 65 bytes that the server stores", async () => {
    for (const { header, leaf_base64 } of read("entries").entries)
      expect(base64Encode(await leafOf(header, JSON.parse(header).body))).toBe(leaf_base64);
  });
});

describe("a proof that the log only grew", () => {
  test.each(consistencies as any[])("from $old to $new", async ({ old, new: now, path: hashes }) =>
    expect(await checkConsistency(old, hashOf(roots[old]), now, hashOf(roots[now]), path(hashes))).toBe(true));
  test.each(wrong_consistencies as any[])("fails for $name", async ({ old, old_root, new: now, new_root, path: hashes }) =>
    expect(await checkConsistency(old, hashOf(old_root), now, hashOf(new_root), path(hashes))).toBe(false));
});

describe("a checkpoint", () => {
  test.each(["checkpoint", "with_more_lines"])("is read and its signature holds: %s", async (name) => {
    const note = readNote(notes[name]);
    expect(readCheckpoint(note)).toEqual({ origin: notes.origin, size: notes.size, root: hashOf(notes.root) });
    expect(await isNoteSignedBy(note, notes.origin, notes.jwk)).toBe(true);
  });
  test.each(Object.keys(notes.not_signed_by_it))("is not taken for the log's own with %s", async (name) =>
    expect(await isNoteSignedBy(readNote(notes.not_signed_by_it[name]), notes.origin, notes.jwk)).toBe(false));
  test.each(Object.keys(notes.no_checkpoints))("is none with %s", (name) =>
    expect(() => readCheckpoint(readNote(notes.no_checkpoints[name]))).toThrow());
  test("travels in a proof that anyone can check", () =>
    expect(proofText(notes.proof.index, notes.proof.path, notes.checkpoint)).toBe(notes.proof.text));
});

describe("a handover", () => {
  test("names the old log, the new one and its key", async () => {
    const { old, size, root, new: origin, jwk } = notes.handed_over;
    const note = readNote(notes.handover);
    expect(await readHandover(note)).toEqual({ oldOrigin: old, size, root: hashOf(root), origin, key: jwk });
    expect(await isNoteSignedBy(note, old, notes.jwk)).toBe(true);
  });
  test.each(Object.keys(notes.no_handovers))("is none with %s", async (name) =>
    await expect(readHandover(readNote(notes.no_handovers[name]))).rejects.toThrow());
});

describe("a signature in DER", () => {
  const der = (r: number[], s: number[]) => Uint8Array.from([0x30, r.length + s.length + 4, 2, r.length, ...r, 2, s.length, ...s]);
  const whole = Array.from({ length: 32 }, (_, at) => at + 1);
  test("short numbers are filled up, and a sign's zero is left out", () => {
    const raw = rawSignature(der([5], [0, 0x80, ...whole.slice(1)]));
    expect([raw.length, raw[31], raw[32], raw[30]]).toEqual([64, 5, 0x80, 0]);
  });
  test.each([
    ["a negative number", der([0x80], whole)], ["a number too long", der([1, ...whole], whole)], ["an empty number", der([], whole)],
    ["something behind it", Uint8Array.from([...der(whole, whole), 0])], ["nothing", new Uint8Array()],
    ["half of it", der(whole, whole).slice(0, 40)],
  ])("is none with %s", (_name, bytes) => expect(() => rawSignature(bytes)).toThrow());
});
