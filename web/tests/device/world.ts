/** Phones in a world where time, chance and the network do what a test says. */
import "fake-indexeddb/auto";
import { openPhone } from "../../device/open_phone.ts";
import type { OpenPhone } from "../../device/phone.ts";
import type { Surroundings } from "../../device/surroundings.ts";
import type { Submission } from "../../device/types.ts";
import { PretendServer } from "./pretend_server.ts";

export const CODE = "a-code-of-many-letters-1234567890";
export const LINK = `https://sanad.example/join#${CODE}`;

let names = 0;

export class World {
  nowMs = 1_791_700_000_000;
  isOnline = true;
  room: { usedBytes?: number; quotaBytes?: number } = {};
  timers: { atMs: number; act: () => void }[] = [];
  phones: OpenPhone[] = [];
  readonly databaseName = `sanad-${++names}`;

  private constructor(readonly server: PretendServer) {}

  static async open(): Promise<World> {
    return new World(await PretendServer.open());
  }

  surroundings(changed: Partial<Surroundings> = {}): Partial<Surroundings> {
    return {
      fetch: this.server.fetch, nowMs: () => this.nowMs, monoMs: () => this.nowMs, chance: () => 0.5,
      isOnline: () => this.isOnline, locks: null, room: async () => this.room, channel: () => null, databaseName: this.databaseName, app: "phone test",
      after: (ms, act) => {
        const timer = { atMs: this.nowMs + ms, act };
        this.timers.push(timer);
        return () => void (this.timers = this.timers.filter((each) => each !== timer));
      },
      ...changed,
    };
  }

  /** The app as it starts: again on the same database when it was there before. */
  async phone(changed: Partial<Surroundings> = {}): Promise<OpenPhone> {
    const phone = (await openPhone(this.surroundings(changed))) as OpenPhone;
    this.phones.push(phone);
    return phone;
  }

  async joined(): Promise<OpenPhone> {
    const phone = await this.phone();
    await phone.join(LINK);
    await phone.acceptPledge();
    await phone.sender.now();
    return phone;
  }

  /** Lets time pass, and with it what was set to happen; at most a few rounds, as a phone that never stops asking would. */
  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    for (let round = 0; round < 20; round++) {
      const due = this.timers.filter((timer) => timer.atMs <= this.nowMs);
      if (due.length === 0) return;
      this.timers = this.timers.filter((timer) => !due.includes(timer));
      due.forEach((timer) => timer.act());
      for (const phone of this.phones) await phone.sender.settled();
    }
  }

  async close(): Promise<void> {
    for (const phone of this.phones) await phone.close();
  }
}

export function incident(severity = 2, changed: Partial<Submission> = {}): Submission {
  const body = { station: "138450-03", type: "VO03", severity, occurred_ms: 1, text: "صندوق", basis: "direct", captured: "here" };
  return { kind: "incident.report", body, ...changed };
}

export const photo = (size: number, seed = 1) => {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = (at * 31 + seed * 7 + (at >> 8)) & 255;
  return { bytes: bytes.buffer, mediaType: "image/jpeg" };
};

/** A phone with one record, proved to be entry 3 of a log of 4. */
export async function provedPhone(world: World) {
  const log = await world.server.beginLog();
  const phone = await world.joined();
  const saved = await phone.submit(incident(2, { photos: [photo(1000)] }));
  await phone.sender.settled();
  await world.pass(10_000);
  return { log, phone, saved };
}

export const alarmsOf = (phone: Pick<OpenPhone, "snapshot">): string[] => phone.snapshot().log.alarms.map(({ why }) => why);
