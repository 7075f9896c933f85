/** Hands a form in: the strict save first, then the word "saved", then the page of the record. */
import { useState } from "preact/hooks";
import type { StoredRecord, Submission } from "../../device/types.ts";
import { useApp } from "../app_context.ts";
import { go, routeTo } from "../route.ts";
import { isFull } from "../rules/full_phone.ts";
import type { DraftForm } from "./use_draft.ts";

/** What a correction replaces: the first entry of the report and the accounts that stand now. */
export interface Corrects {
  subject: string;
  refs: string[];
}

export function useHandIn(form: Pick<DraftForm<object>, "flush" | "hold">, back: string | null) {
  const { phone, t, tell } = useApp();
  const [busy, setBusy] = useState(false);
  const handIn = async (submission: Submission): Promise<StoredRecord | null> => {
    if (busy) return null;
    setBusy(true);
    await form.flush();
    form.hold(true);
    try {
      const record = await phone.submit(submission);
      tell(t("saved-on-phone"), "heard");
      go(routeTo("record", [record.id], back ? { saved: "1", back } : { saved: "1" }), true);
      return record;
    } catch (fault) {
      // What was typed is still here and still kept as a draft.
      form.hold(false);
      setBusy(false);
      tell(t(isFull(fault) ? "save-no-room" : "save-failed"), "look");
      return null;
    }
  };
  return { busy, handIn };
}
