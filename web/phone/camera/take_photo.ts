/** From what the camera app gives back to what the phone keeps: small, bare, and named by its digest. */
import type { DraftPhoto } from "../../device/types.ts";
import type { WorkerAnswer } from "./photo.worker.ts";
import { prepare, type Prepared } from "./prepare_photo.ts";
import type { Quality } from "./photo_shape.ts";

export interface TakenPhoto {
  photo: DraftPhoto;
  quality: Quality;
}

function inWorker(file: Blob): Promise<Prepared> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./photo.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
      worker.terminate();
      if ("ok" in data) resolve(data.ok);
      else reject(new Error("unreadable-photo"));
    };
    worker.onerror = () => {
      worker.terminate();
      reject(new Error("no-worker"));
    };
    worker.postMessage(file);
  });
}

async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...digest))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** Rejects where the file is no picture that this phone can read. */
export async function takePhoto(file: Blob): Promise<TakenPhoto> {
  const away = typeof OffscreenCanvas !== "undefined";
  const { bytes, mediaType, quality } = await (away ? inWorker(file).catch(() => prepare(file)) : prepare(file));
  return { photo: { digest: await digestOf(bytes), bytes, mediaType }, quality };
}
