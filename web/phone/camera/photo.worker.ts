/** Makes a photo small and anonymous away from the screen, so that typing never stutters. */
import { prepare, type Prepared } from "./prepare_photo.ts";

export type WorkerAnswer = { ok: Prepared } | { failed: true };

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Blob>) => void) | null;
  postMessage(answer: WorkerAnswer, moved?: Transferable[]): void;
};

scope.onmessage = async ({ data }) => {
  try {
    const prepared = await prepare(data);
    scope.postMessage({ ok: prepared }, [prepared.bytes]);
  } catch {
    scope.postMessage({ failed: true });
  }
};
