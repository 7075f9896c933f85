/** The pack of Iraq as a phone is given it, with two invented stations, for looking at the screens without a server. */
import checklists from "../../../server/packs/iraq/checklists.json";
import types from "../../../server/packs/iraq/incident_types.json";
import settings from "../../../server/packs/iraq/settings.json";
import type { Centre, Pack, Station } from "../../device/types.ts";

const optionSets: Record<string, unknown> = checklists.option_sets;

export const STATIONS: Station[] = [
  {
    code: "138450-03",
    centre: "138450",
    name: {
      ar: "مدرسة دجلة الابتدائية، المحطة 3",
      ckb: "قوتابخانەی دیجلەی سەرەتایی، وێستگەی 3",
      en: "Dijla primary school, station 3",
    },
    governorate: "IQ-KI",
    registered: 512,
  },
  {
    code: "138450-04",
    centre: "138450",
    name: {
      ar: "مدرسة دجلة الابتدائية، المحطة 4",
      ckb: "قوتابخانەی دیجلەی سەرەتایی، وێستگەی 4",
      en: "Dijla primary school, station 4",
    },
    governorate: "IQ-KI",
    registered: 498,
  },
];

const CENTRES: Centre[] = [
  [
    "138450",
    { ar: "مدرسة دجلة الابتدائية", ckb: "قوتابخانەی دیجلەی سەرەتایی", en: "Dijla primary school" },
    "IQ-KI",
    ["01", "02", "03", "04"],
  ],
  [
    "138451",
    { ar: "ثانوية الفرات للبنات", ckb: "دواناوەندیی فوراتی کچان", en: "Furat girls’ secondary school" },
    "IQ-KI",
    ["01", "02", "03", "04", "05", "06"],
  ],
];

export const PACK: Pack = {
  id: "iraq",
  version: 1,
  labels_reviewed: false,
  settings: settings.settings,
  governorates: [],
  incident_groups: types.groups,
  incident_types: types.types,
  checklists: checklists.checklists.map((checklist) => ({
    ...checklist,
    questions: checklist.questions.map((question) => ({
      ...question,
      options:
        typeof question.options === "string"
          ? optionSets[question.options]
          : (question.options ?? optionSets[question.type]),
    })),
  })),
  stations: STATIONS,
  centres: CENTRES,
} as unknown as Pack;
