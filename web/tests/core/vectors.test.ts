/** The examples that Python passes too. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { progressOf, unexpectedAnswers, visibleAnswers, visibleQuestions } from "../../core/checklist.ts";
import { latinDigits, readInteger, readTime } from "../../core/digits.ts";
import { composeBody, composeHeader, digestOf, idOf, isSignedBy, PROTECTED, signingInput, thumbprint } from "../../core/entry.ts";
import { foldRecords, type OwnEntry } from "../../core/records.ts";
import { searchable } from "../../core/searching.ts";
import { differenceHundredths, tapeWarnings } from "../../core/tape.ts";
import { base64urlDecode, utf8 } from "../../core/text.ts";

const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), "utf8"));

describe("a checklist", () => {
  const { checklist, cases } = vectors("checklist");
  test.each(cases as any[])("$name", ({ answers, photos, visible, kept, unexpected, progress }) => {
    expect(visibleQuestions(checklist, answers).map((question) => question.id)).toEqual(visible);
    expect(visibleAnswers(checklist, answers)).toEqual(kept);
    expect(unexpectedAnswers(checklist, answers)).toEqual(unexpected);
    expect(progressOf(checklist, answers, photos)).toEqual(progress);
  });
});

describe("figures as they are typed", () => {
  const { latin, integer, time } = vectors("digits");
  test.each(latin as any[])("$text is written $latin", ({ text, latin }) => expect(latinDigits(text)).toBe(latin));
  test.each(integer as any[])("$text is the number $integer", ({ text, integer }) => expect(readInteger(text)).toBe(integer));
  test.each(time as any[])("$text is the time $time", ({ text, time }) => expect(readTime(text)).toBe(time));
});

describe("a results tape", () => {
  const { sums, differences } = vectors("tape");
  test.each(sums as any[])("$name", ({ figures, votes, warnings }) => expect(tapeWarnings(figures, votes)).toEqual(warnings));
  test.each(differences as any[])("$name", ({ machine, hand, hundredths }) =>
    expect(differenceHundredths(machine, hand)).toBe(hundredths));
});

test.each(vectors("searching").folded as any[])("$text is looked for as $folded", ({ text, folded }) =>
  expect(searchable(text)).toBe(folded));

describe("an entry", () => {
  const { jwk, thumbprint: device, entries } = vectors("entries");
  test("a device is named by its key", async () => expect(await thumbprint(jwk)).toBe(device));

  test.each(entries as any[])("$name: has this id, body digest, signing input and signature", async ({ header, signature, body, id, jws }) => {
    expect(await idOf(header)).toBe(id);
    expect(await digestOf(utf8(body))).toBe(JSON.parse(header).body);
    expect(new TextDecoder().decode(signingInput(header))).toBe(jws.slice(0, jws.lastIndexOf(".")));
    expect(await isSignedBy(jwk, header, signature)).toBe(true);
    expect(await isSignedBy(jwk, header.replace('"seq":', '"seq" :'), signature)).toBe(false);
  });

  // What a phone of this version writes: no spaces, no escapes, no field it does not know.
  const isOurs = ({ header, body }: any) =>
    [header, body].every((text) => JSON.stringify(JSON.parse(text)) === text) &&
    Object.keys(JSON.parse(header)).length === 15;
  test.each((entries as any[]).filter(isOurs))(
    "$name: is composed byte for byte", async ({ header, body }) => {
      const { salt, ...fields } = JSON.parse(body);
      const said = JSON.parse(header);
      expect(composeBody(fields, base64urlDecode(salt))).toBe(body);
      const statement = {
        ...said, bodySize: said.body_size, atMs: said.at, monoMs: said.mono, offsetMs: said.offset,
      };
      expect(composeHeader(statement, { seq: said.seq - 1, id: said.prev })).toBe(header);
    });

  test("the protected header is the constant of the wire", () =>
    expect(PROTECTED).toBe('{"alg":"ES256","typ":"sanad-entry+jws"}'));
});

describe("what became of one observer's own records is what the server finds", () => {
  const ofOne = (vectors("merge") as any[]).filter(({ claims }) => new Set(claims.map((claim: any) => claim.author)).size === 1);
  test.each(ofOne)("$name", ({ claims, buckets }) => {
    const own: OwnEntry[] = claims.map((claim: any, at: number) => ({
      ...claim, seq: at, body: {}, photos: [], savedAtMs: 0, attempts: 0,
      verdict: claim.quarantined ? "quarantined" : "stored", bucket: claim.quarantined ? "quarantined" : undefined,
    }));
    const found = foldRecords(own, []).map((record) => [record.id,
      record.state === "look" ? "quarantined" : record.retracted ? "retracted" : record.supersededBy ? "superseded" : "live"]);
    expect(Object.fromEntries(found)).toEqual(buckets);
  });
});
