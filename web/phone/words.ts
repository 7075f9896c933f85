/** The sentences of the screens, from the same files that the server reads, in the observer's language. */
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import type { Language, Words } from "../device/types.ts";

const FILES = import.meta.glob<string>("../../server/words/*/{shared,phone,phone_log}.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
});

// Browsers have no rules for Sorani; its plurals are those of English. Latin digits in every language.
const LOCALES: Record<Language, string[]> = { ar: ["ar-u-nu-latn"], ckb: ["en-u-nu-latn"], en: ["en"] };

export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "ar", name: "العربية" },
  { code: "ckb", name: "کوردی" },
  { code: "en", name: "English" },
];

export const directionOf = (language: Language) => (language === "en" ? "ltr" : "rtl");

export type Say = (id: string, values?: Record<string, FluentVariable>) => string;

function bundleOf(language: Language): FluentBundle {
  const bundle = new FluentBundle(LOCALES[language]);
  for (const [path, text] of Object.entries(FILES)) {
    if (path.includes(`/${language}/`)) bundle.addResource(new FluentResource(text));
  }
  return bundle;
}

const sayers = new Map<Language, Say>();

/** A sentence that is missing shows its id: a broken build must be seen, and must still work. */
export function wordsOf(language: Language): Say {
  const known = sayers.get(language);
  if (known) return known;
  const bundle = bundleOf(language);
  const say: Say = (id, values) => {
    const pattern = bundle.getMessage(id)?.value;
    return pattern ? bundle.formatPattern(pattern, values ?? null, []) : id;
  };
  sayers.set(language, say);
  return say;
}

/** For ids that are made of a code from elsewhere: a code nobody has a sentence for gets the general one. */
export function sayOr(say: Say, id: string, otherwise: string): string {
  const said = say(id);
  return said === id ? say(otherwise) : said;
}

/** A name from the pack in the observer's language; Arabic where a label was left empty. */
export function named(words: Words | undefined, language: Language): string {
  return words ? words[language] || words.ar || words.en : "";
}
