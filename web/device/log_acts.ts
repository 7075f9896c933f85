/** What a person can do about the log on this phone: look at an alarm, carry the evidence away, let go of photos. */
import { evidenceFile, lookAtAlarms } from "./alarms.ts";
import type { Database } from "./database.ts";
import type { LogActs } from "./log_types.ts";
import { letGo } from "./room.ts";
import type { Shown } from "./shown.ts";

export function logActs(database: Database, shown: Shown, nowMs: () => number): LogActs {
  return {
    lookAtAlarms: async () => {
      await lookAtAlarms(database);
      await shown.tell();
    },
    exportEvidence: async () => {
      const identity = await database.setting("identity");
      if (!identity) throw new Error("not-joined");
      return evidenceFile(database, identity, nowMs());
    },
    dismiss: async (told) => {
      await database.strict(["settings"], (transaction) => transaction.objectStore("settings").delete(told));
      await shown.tell();
    },
    letGoOfPhotos: async () => {
      await letGo(database, Infinity, false);
      await shown.tell();
      await shown.noteStorage();
    },
  };
}
