/** What the phone decides by itself, apart from any browser. */
import { describe, expect, test } from "vitest";
import { isFailure, readAnswer, type Answer } from "../../core/answer.ts";
import { entryLane, MAX_BATCH_BYTES, nextBatch, type Waiting } from "../../core/batch.ts";
import { composeBody, composeHeader, EMPTY_JOURNAL, type Statement } from "../../core/entry.ts";
import { foldRecords, type OwnEntry } from "../../core/records.ts";
import { isTime, retryAfterS, waitMs } from "../../core/retry.ts";
import { cleanText } from "../../core/text.ts";

const SALT = new Uint8Array(16);

describe("what is written", () => {
  test("a note cut in the middle of an emoji is mended, and control characters are taken out", () => {
    expect(cleanText("a\ud83d")).toBe("a\ufffd");
    expect(cleanText("😀 ok")).toBe("😀 ok");
    expect(cleanText("a\u0000b\u0007c\u007fd\r\ne\tf")).toBe("abcd\ne\tf");
  });

  test("the salt comes first and cannot be chosen", () => {
    const text = composeBody({ note: "x", salt: "mine", missing: undefined }, SALT);
    expect(text).toBe('{"salt":"AAAAAAAAAAAAAAAAAAAAAA","note":"x"}');
  });

  test("no fraction, no huge number and no nothing-at-all gets into a body", () => {
    for (const value of [1.5, Number.NaN, 2 ** 53, () => 1]) expect(() => composeBody({ value }, SALT)).toThrow();
    expect(() => composeBody({ text: "x".repeat(33_000) }, SALT)).toThrow("body-too-big");
  });

  test("a header holds at most 24 photos and 32 references", () => {
    const statement: Statement = {
      election: "e", device: "d", kind: "k", subject: "", refs: [], body: "b", bodySize: 1, photos: [], seen: [0, ""], atMs: 1.7, monoMs: 2.2, offsetMs: -3.9,
    };
    expect(JSON.parse(composeHeader(statement, EMPTY_JOURNAL))).toMatchObject({ seq: 1, prev: "", at: 1, mono: 2, offset: -3 });
    const photos = Array.from({ length: 25 }, (): [string, number, string] => ["x", 1, "image/jpeg"]);
    expect(() => composeHeader({ ...statement, photos }, EMPTY_JOURNAL)).toThrow("too-many-photos");
    expect(() => composeHeader({ ...statement, refs: Array(33).fill("r") }, EMPTY_JOURNAL)).toThrow("too-many-refs");
  });
});

describe("what is handed in next", () => {
  const waiting = (seq: number, changed: Partial<Waiting> = {}): Waiting =>
    ({ id: `id${seq}`, seq, lane: 1, header: "h", signature: "s", body: "b", isSuspect: false, ...changed });
  const seqs = (entries: Waiting[], most = 100) => nextBatch(entries, most).map((entry) => entry.seq);

  test("tapes and severe incidents are urgent", () => {
    expect(entryLane("tape.submit", {})).toBe(0);
    expect([3, 4, 5].map((severity) => entryLane("incident.report", { severity }))).toEqual([1, 0, 0]);
    expect(entryLane("observation.submit", { severity: 5 })).toBe(1);
  });

  test("exactly a hundred are one batch, and one more is another", () => {
    const hundred = Array.from({ length: 100 }, (_, at) => waiting(at + 1));
    expect(seqs(hundred)).toHaveLength(100);
    expect(seqs([...hundred, waiting(101)])).toHaveLength(100);
  });

  test("an urgent entry is in the first batch, and the batch is in the order of the journal", () => {
    const entries = [...Array.from({ length: 10 }, (_, at) => waiting(at + 1)), waiting(11, { lane: 0 })];
    expect(seqs(entries, 3)).toEqual([1, 2, 11]);
  });

  test("a batch stays under what the server takes, but one entry always goes", () => {
    const big = Array.from({ length: 20 }, (_, at) => waiting(at + 1, { body: "ب".repeat(15_000) }));
    const batch = nextBatch(big, 100);
    expect(batch.length).toBe(8);
    expect(new TextEncoder().encode(JSON.stringify(batch.map((entry) => [entry.header, entry.signature, entry.body]))).length).toBeLessThan(MAX_BATCH_BYTES);
    expect(seqs([waiting(1, { body: "b".repeat(300_000) })])).toEqual([1]);
  });

  test("what failed by itself goes alone, after everything else", () => {
    expect(seqs([waiting(1, { isSuspect: true, lane: 0 }), waiting(2), waiting(3)])).toEqual([2, 3]);
    expect(seqs([waiting(1, { isSuspect: true }), waiting(2, { isSuspect: true })])).toEqual([1]);
  });
});

describe("an answer", () => {
  const answer = (text: unknown, status = 200) =>
    readAnswer({ status, retryAfter: null, text: typeof text === "string" ? text : JSON.stringify(text) }, ["a", "b"], 0);
  const good = { verdicts: [{ id: "a", verdict: "stored" }, { id: "b", verdict: "duplicate" }] };

  test("counts when it has a verdict a position, in order", () => expect(isFailure(answer(good))).toBe(false));

  test.each([
    ["a page", "<html>"], ["a list", []], ["no verdicts", {}], ["one verdict too few", { verdicts: good.verdicts.slice(1) }],
    ["one too many", { verdicts: [...good.verdicts, good.verdicts[0]] }], ["the other order", { verdicts: [...good.verdicts].reverse() }],
    ["a verdict that is no object", { verdicts: [1, 2] }], ["half an answer", JSON.stringify(good).slice(0, -1)],
  ])("that is %s changes nothing", (_name, text) => expect(answer(text)).toEqual({ code: "portal", retryAfterS: 0 }));

  test("with a verdict of a later version decides nothing about that entry", () => {
    const later = answer({ verdicts: [{ id: "a", verdict: "archived" }, { id: "b", verdict: "stored" }] }) as Answer;
    expect(later.verdicts.map((verdict) => verdict.verdict)).toEqual(["retry", "stored"]);
  });

  test("may refuse a text that has no id", () => {
    const refused = answer({ verdicts: [{ id: null, verdict: "refused", why: "not-text" }, { id: "b", verdict: "stored" }] }) as Answer;
    expect(refused.verdicts[0]).toMatchObject({ verdict: "refused", why: "not-text" });
  });

  test.each([
    [413, "<html>", "too-large"], [429, "", "busy"], [503, "", "busy"], [507, "", "busy"], [500, "", "server-down"], [502, "<html>", "server-down"],
    [401, '{"code":"token-revoked"}', "token-revoked"], [401, '{"code":"token-unknown"}', "token-unknown"], [401, "<html>", "portal"],
    [403, "<html>", "portal"], [426, '{"code":"upgrade-needed"}', "too-old"], [400, '{"code":"bad-frame"}', "frame"], [404, "", "portal"],
  ])("of %i %s means %s", (status, text, code) => expect(answer(text, status)).toMatchObject({ code }));
});

describe("trying again", () => {
  test("waits between nothing and twice as long each time, from 2 seconds to 15 minutes", () => {
    expect([1, 2, 3].map((failures) => waitMs(failures, 0.999))).toEqual([1998, 3996, 7992]);
    expect(waitMs(40, 0.9999)).toBeLessThanOrEqual(15 * 60_000);
    expect(waitMs(40, 0)).toBe(0);
  });

  test("never comes before the server said", () => expect(waitMs(1, 0, 120)).toBe(120_000));

  test("comes spread out after what the server said, however often it was sent away", () => {
    expect(waitMs(1, 0.5, 10)).toBe(11_000);
    expect(waitMs(40, 0.999, 10)).toBeLessThan(70_001);
  });

  test("reads what the server said as seconds or as a date", () => {
    const now = Date.parse("2026-11-22T07:00:00Z");
    expect(retryAfterS("30", now)).toBe(30);
    expect(retryAfterS("Sun, 22 Nov 2026 07:01:00 GMT", now)).toBe(60);
    expect([retryAfterS(null, now), retryAfterS("soon", now), retryAfterS("-5", now)]).toEqual([0, 0, 0]);
    expect(retryAfterS("99999999", now)).toBe(86_400);
  });

  test("does not wait for a moment that only a wrong clock could have set", () => {
    expect([isTime(5, 5), isTime(6, 5), isTime(5 + 2 * 86_400_000, 5)]).toEqual([true, false, true]);
  });
});

describe("a record", () => {
  const own = (changed: Partial<OwnEntry>): OwnEntry => ({
    id: "a", seq: 1, kind: "incident.report", subject: "a", refs: [], body: {}, photos: [], savedAtMs: 0, attempts: 0, ...changed,
  });
  const stateOf = (changed: Partial<OwnEntry>) => foldRecords([own(changed)], [])[0]?.state;
  const photo = (sent: boolean) => ({ digest: "p", size: 1, mediaType: "image/jpeg", sent });

  test("is on this phone until the entry and each photo are on the server", () => {
    expect(stateOf({})).toBe("phone");
    expect(stateOf({ verdict: "held" })).toBe("phone");
    expect(stateOf({ verdict: "stored", photos: [photo(true), photo(false)] })).toBe("phone");
    expect(stateOf({ verdict: "duplicate", photos: [photo(true)] })).toBe("server");
  });

  test("needs a look when it was refused or quarantined, until a later mark says otherwise", () => {
    expect(stateOf({ verdict: "refused" })).toBe("look");
    expect(stateOf({ verdict: "quarantined" })).toBe("look");
    expect(stateOf({ verdict: "quarantined", bucket: "live" })).toBe("server");
    expect(stateOf({ verdict: "stored", bucket: "quarantined" })).toBe("look");
  });

  test("shows the finding that no later finding replaced", () => {
    const review = (id: string, refs: string[], finding: string) => ({ id, refs, finding, reason: "", atMs: 1 });
    const [record] = foldRecords([own({})], [review("r2", ["a", "r1"], "uphold"), review("r1", ["a"], "doubt")]);
    expect(record?.review?.finding).toBe("uphold");
  });
});
