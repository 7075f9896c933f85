/** Every sentence of the phone stands in three languages, and no screen asks for one that is missing. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { expect, test } from "vitest";

const WORDS = join(import.meta.dirname, "../../../server/words");
const SCREENS = join(import.meta.dirname, "../../phone");
const LANGUAGES = ["ar", "ckb", "en"];
const FILES = ["shared", "phone", "phone_log"];

function idsOf(language: string): string[] {
  return FILES.flatMap((file) =>
    [...readFileSync(join(WORDS, language, `${file}.ftl`), "utf8").matchAll(/^([a-z][a-z0-9-]*) =/gm)].map(
      (found) => found[1]!,
    ),
  );
}

const sources = readdirSync(SCREENS, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("testing"))
  .map((name) => readFileSync(join(SCREENS, name), "utf8"));

test("the three languages have the same sentences, each once", () => {
  const english = idsOf("en");
  expect(new Set(english).size).toBe(english.length);
  for (const language of LANGUAGES) expect(idsOf(language)).toEqual(english);
});

test("a sentence takes the same values in every language", () => {
  const placeables = (language: string) =>
    Object.fromEntries(
      FILES.flatMap((file) =>
        readFileSync(join(WORDS, language, `${file}.ftl`), "utf8")
          .split("\n")
          .filter((line) => /^[a-z].* = /.test(line))
          .map((line) => [
            line.split(" = ")[0],
            [...line.matchAll(/\{ \$(\w+) \}/g)]
              .map((found) => found[1])
              .sort()
              .join(" "),
          ]),
      ),
    );
  for (const language of LANGUAGES) expect(placeables(language)).toEqual(placeables("en"));
});

test("every sentence named in a screen exists", () => {
  const known = new Set(idsOf("en"));
  const asked = sources.flatMap((source) => [...source.matchAll(/\bt\("([a-z0-9-]+)"/g)].map((found) => found[1]!));
  expect(asked.length).toBeGreaterThan(150);
  expect(asked.filter((id) => !known.has(id))).toEqual([]);
});

test("every sentence of the phone is said by some screen", () => {
  // Ids made of a code (`state-${…}`) count by what they begin with.
  const begun = sources.flatMap((source) => [...source.matchAll(/`([a-z-]+-)\$\{/g)].map((found) => found[1]!));
  const named = sources.join("\n");
  const phone = ["phone", "phone_log"].flatMap((file) =>
    [...readFileSync(join(WORDS, `en/${file}.ftl`), "utf8").matchAll(/^([a-z][a-z0-9-]*) =/gm)].map((found) => found[1]!),
  );
  expect(phone.filter((id) => !named.includes(`"${id}"`) && !begun.some((start) => id.startsWith(start)))).toEqual([]);
});

test("the files are read without an error", () => {
  for (const language of LANGUAGES) {
    const bundle = new FluentBundle("en");
    for (const file of FILES) {
      expect(
        bundle.addResource(new FluentResource(readFileSync(join(WORDS, language, `${file}.ftl`), "utf8"))),
      ).toEqual([]);
    }
  }
});

test("no sentence calls a report by a name that judges it", () => {
  const judging = /\b(fraud|rigg|cheat)|تزوير|ساختەکاری|فێڵ/i;
  for (const language of LANGUAGES)
    for (const file of ["phone", "phone_log"])
      expect(readFileSync(join(WORDS, language, `${file}.ftl`), "utf8")).not.toMatch(judging);
});
