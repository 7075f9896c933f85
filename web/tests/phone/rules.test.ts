/** What the screens decide without a browser: codes, hours, what is due, what stands, and whether a photo is allowed. */
import { expect, test } from "vitest";
import { incidentAgain, incidentEntry, incidentGaps, newIncident } from "../../phone/forms/incident_value.ts";
import { tapeEntry, tapeGaps, newTape } from "../../phone/forms/tape_value.ts";
import { correctsOf, beginCorrection } from "../../phone/forms/correction.ts";
import { readRoute, routeTo } from "../../phone/route.ts";
import { clockTime, momentOf, recentDays } from "../../phone/rules/clock_time.ts";
import { dueChecklist, phaseNow } from "../../phone/rules/day_plan.ts";
import { openQuestions } from "../../phone/rules/open_questions.ts";
import { incidentPhotoPolicy } from "../../phone/rules/photo_rules.ts";
import { likelyStation, listed, openVisit, recentTypes } from "../../phone/rules/reports.ts";
import { stationCode, unusualCode } from "../../phone/rules/station_code.ts";
import { PACK } from "../../phone/testing/fake_pack.ts";
import { FakePhone, NOW_MS, READY } from "../../phone/testing/fake_phone.ts";
import { SCENES } from "../../phone/testing/scenes.ts";
import type { StoredRecord } from "../../device/types.ts";

const ZONE = "Asia/Baghdad";
const RECORDS = SCENES["day"]!.records;

test("a station's code is known from whatever was typed", () => {
  for (const typed of ["138450-03", "13845003", "138450/3", "١٣٨٤٥٠-٠٣", " ۱۳۸۴۵۰ ۰۳ "])
    expect(stationCode(typed)).toBe("138450-03");
  for (const typed of ["13845", "school 4", "138450-", ""]) expect(stationCode(typed)).toBeNull();
});

test("a code that looks like none of ours may still be used", () => {
  expect(unusualCode("K-12/7")).toBe("K-12/7");
  expect(unusualCode("school")).toBeNull();
});

test("hours are those of the election, whatever the phone is set to", () => {
  expect(clockTime(NOW_MS, ZONE)).toEqual({ day: "2026-11-22", hour: "09:42" });
  expect(momentOf({ day: "2026-11-22", hour: "09:42" }, ZONE)).toBe(NOW_MS);
  expect(momentOf({ day: "2026-11-22", hour: "00:10" }, ZONE)).toBe(Date.parse("2026-11-21T21:10:00Z"));
  expect(momentOf({ day: "never", hour: "00:10" }, ZONE)).toBeNull();
  expect(recentDays(NOW_MS, ZONE, 2)).toEqual(["2026-11-22", "2026-11-21"]);
});

test("the form that is due follows the clock of the day, arrival before all", () => {
  const election = READY.me!.election;
  const at = (hour: string) => phaseNow(momentOf({ day: "2026-11-22", hour }, ZONE)!, election);
  expect([at("06:40"), at("09:00"), at("18:20"), at("20:00")]).toEqual(["opening", "voting", "closing", "counting"]);
  expect(phaseNow(NOW_MS - 3 * 86_400_000, election)).toBeNull();
  expect(dueChecklist(PACK.checklists, new Set(), "voting")?.id).toBe("arrival@1");
  expect(dueChecklist(PACK.checklists, new Set(["arrival@1"]), "voting")?.id).toBe("voting@1");
  expect(dueChecklist(PACK.checklists, new Set(["arrival@1", "voting@1"]), "voting")).toBeNull();
});

test("a photo needs the leave of the phase and of the kind of incident", () => {
  const policy = (code: string) =>
    incidentPhotoPolicy(
      PACK,
      PACK.incident_types.find((type) => type.code === code)!,
    );
  expect(policy("VO03")).toBe("never");
  expect(policy("CA01")).toBe("outside");
  expect(policy("AC01")).toBe("never");
  const open = {
    ...PACK,
    settings: { ...PACK.settings, photo_policy: { ...PACK.settings.photo_policy, any: "allowed" as const } },
  };
  expect(
    incidentPhotoPolicy(
      open,
      PACK.incident_types.find((type) => type.code === "CA01")!,
    ),
  ).toBe("outside");
});

test("a visit is open until it is closed, and tells where the observer is", async () => {
  const phone = new FakePhone(READY);
  const visit = await phone.submit({ kind: "visit.open", body: { station: "138450-04", at_ms: NOW_MS } });
  expect(openVisit(phone.snapshot().records, "138450-04")?.id).toBe(visit.id);
  expect(likelyStation(phone.snapshot().records, READY.stations)).toBe("138450-04");
  await phone.submit({ kind: "visit.close", body: { station: "138450-04", at_ms: NOW_MS }, subject: visit.id });
  expect(openVisit(phone.snapshot().records, "138450-04")).toBeNull();
  expect(likelyStation([], READY.stations)).toBeNull();
  expect(likelyStation([], READY.stations.slice(1))).toBe("138450-04");
});

test("the outbox shows the newest account of each report, and whatever has not arrived", () => {
  const ids = listed(RECORDS).map(({ id }) => id);
  expect(ids).toContain("record-20");
  expect(ids).not.toContain("record-18");
  expect(ids).not.toContain("record-22");
  expect(listed([{ ...RECORDS[8]!, state: "phone" }])).toHaveLength(1);
  expect(recentTypes(RECORDS, 2)).toEqual(["SE07", "CA01"]);
});

test("an incident becomes an entry with the time it was opened, or the time that was set", () => {
  const value = newIncident(
    NOW_MS,
    "138450-03",
    PACK.incident_types.find(({ code }) => code === "VO03"),
  );
  expect(incidentEntry(value)).toEqual({
    kind: "incident.report",
    body: {
      station: "138450-03",
      type: "VO03",
      severity: 3,
      occurred_ms: NOW_MS,
      text: "",
      basis: "direct",
      captured: "here",
    },
  });
  const set = {
    ...value,
    setTime: true,
    occurredMs: 5,
    place: [44_390_000, 33_310_000, 12] as [number, number, number],
    elsewhere: true,
    captured: "paper" as const,
  };
  expect(incidentEntry(set).body).toMatchObject({
    station: null,
    occurred_ms: 5,
    place: [44_390_000, 33_310_000, 12],
    captured: "paper",
  });
  expect(incidentGaps(set)).toEqual([]);
  expect(incidentGaps({ ...set, place: undefined, occurredMs: undefined })).toEqual(["station", "time"]);
});

test("a correction names every account that stands and the first entry", () => {
  const record = RECORDS.find(({ id }) => id === "record-10") as StoredRecord;
  const second = { ...record, id: "other", subject: "record-10" };
  expect(correctsOf(record, [record, second])).toEqual({ subject: "record-10", refs: ["record-10", "other"] });
  const value = incidentAgain(record, correctsOf(record, [record]));
  expect(incidentEntry({ ...value, severity: 5 })).toMatchObject({
    subject: "record-10",
    refs: ["record-10"],
    body: { severity: 5, text: record.body["text"] },
  });
  expect(beginCorrection(record, [record], NOW_MS)).toMatchObject({
    href: "#/incident/correct-record-10",
    draft: { screen: "incident", station: "138450-03" },
  });
});

test("a tape keeps its pages in order and says what is open", () => {
  const value = { ...newTape(), figures: { ballots: 301 }, earlierPages: ["old"] };
  expect(tapeEntry("138450-03", "manual", value, ["a", "b"]).body).toMatchObject({
    count: "manual",
    figures: { ballots: 301 },
    pages: ["old", "a", "b"],
  });
  expect(tapeGaps(newTape(), 0, true)).toContain("photos");
  expect(tapeGaps(newTape(), 0, false)).not.toContain("photos");
  expect(tapeGaps(value, 0, true)).toEqual(["registered", "verified", "valid", "invalid", "votes"]);
});

test("a photo question is answered by a tape", () => {
  const counting = PACK.checklists.find(({ id }) => id === "counting@1")!;
  const open = (hasTape: boolean) => openQuestions(counting, {}, hasTape).map(({ id }) => id);
  expect(open(false)).toContain("CO7");
  expect(open(true)).not.toContain("CO7");
});

test("an address is read back as it was written", () => {
  const address = routeTo("incident", ["a b"], { station: "138450-03", back: "#/checklist/voting@1/138450-03" });
  const route = readRoute(address);
  expect([route.screen, route.parts, route.query.get("back")]).toEqual([
    "incident",
    ["a b"],
    "#/checklist/voting@1/138450-03",
  ]);
  expect(readRoute("").screen).toBe("today");
  expect(readRoute("#/record/%E0%A4%A").parts).toEqual(["%E0%A4%A"]);
});
