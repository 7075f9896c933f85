/** Speaks to the server, and believes only what can have come from it. */
import type { Failure, Response as Answered } from "../core/answer.ts";
import type { Surroundings } from "./surroundings.ts";

// A full batch over a 2G line takes half a minute; a line that stays silent for longer is dead.
const PATIENCE_MS = 60_000;
// Compressing less than this makes it larger.
const WORTH_COMPRESSING_BYTES = 600;

/** Why a round ended early. */
export class Interrupted extends Error {
  constructor(readonly failure: Omit<Failure, "code"> & { code: Failure["code"] | "no-network" }) {
    super(failure.code);
  }
}

export interface Asked {
  method: string;
  headers?: Record<string, string>;
  body?: BodyInit;
}

/** The response, or `Interrupted` with "no-network" when there is none in time. */
export async function ask(surroundings: Surroundings, address: string, asked: Asked): Promise<Response> {
  const stop = new AbortController();
  const cancel = surroundings.after(PATIENCE_MS, () => stop.abort());
  try {
    // A log-in page in between answers with a redirect; following it would bring its page back as our answer.
    return await surroundings.fetch(address, {
      ...asked, signal: stop.signal, redirect: "error", cache: "no-store", credentials: "omit",
    });
  } catch {
    throw new Interrupted({ code: "no-network", retryAfterS: 0 });
  } finally {
    cancel();
  }
}

export async function answered(response: Response): Promise<Answered> {
  try {
    return { status: response.status, retryAfter: response.headers.get("Retry-After"), text: await response.text() };
  } catch {
    // The line broke in the middle of the answer.
    throw new Interrupted({ code: "no-network", retryAfterS: 0 });
  }
}

export async function askJson(
  surroundings: Surroundings, address: string, token: string | null, value: unknown,
): Promise<Answered> {
  const text = JSON.stringify(value);
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token !== null) headers["Authorization"] = `Bearer ${token}`;
  let body: BodyInit = text;
  // Safari before 16.4 cannot compress; its batches fit all the same.
  if (token !== null && text.length > WORTH_COMPRESSING_BYTES && typeof CompressionStream !== "undefined") {
    body = await gzipped(text);
    headers["Content-Encoding"] = "gzip";
  }
  return answered(await ask(surroundings, address, { method: "POST", headers, body }));
}

function gzipped(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
