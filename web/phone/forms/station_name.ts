/** A station's name, whether it is one's own, another of the governorate, or one the phone does not know. */
import type { Language, PhoneSnapshot } from "../../device/types.ts";
import { named } from "../words.ts";

export function stationName(snap: Pick<PhoneSnapshot, "pack" | "stations">, code: string, language: Language): string {
  const own = [...snap.stations, ...(snap.pack?.stations ?? [])].find((station) => station.code === code);
  if (own) return named(own.name, language);
  const centre = snap.pack?.centres.find(([number]) => code.startsWith(`${number}-`));
  return centre ? named(centre[1], language) : "";
}

export function isKnownStation(snap: Pick<PhoneSnapshot, "pack" | "stations">, code: string): boolean {
  return (
    snap.stations.some((station) => station.code === code) ||
    (snap.pack?.stations ?? []).some((station) => station.code === code) ||
    (snap.pack?.centres ?? []).some(([centre, , , numbers]) => numbers.some((number) => `${centre}-${number}` === code))
  );
}
