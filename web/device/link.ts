/** Speaks to the server, and believes only what can have come from it. */
import type { Failure, Response as Answered } from "../core/answer.ts";
import type { Surroundings } from "./surroundings.ts";

// A full batch over a 2G line takes half a minute; a line that stays silent for longer is dead.
const PATIENCE_MS = 60_000;
// The list of a governorate's centres is the longest answer: some 300 KB, a minute at 5 KB a second.
const BODY_PATIENCE_MS = 180_000;
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

export interface Heard extends Answered {
  headers: Headers;
}

/** The whole answer, or `Interrupted` with "no-network" when it does not come in time. */
export async function ask(surroundings: Surroundings, address: string, asked: Asked): Promise<Heard> {
  const stop = new AbortController();
  let cancel = () => {};
  const isSilent = new Promise<never>((_, reject) => stop.signal.addEventListener("abort", () => reject(new Error("silent"))));
  const patience = (ms: number) => (cancel(), (cancel = surroundings.after(ms, () => stop.abort())));
  const wholeAnswer = async (): Promise<Heard> => {
    // A log-in page in between answers with a redirect; following it would bring its page back as our answer.
    const response = await surroundings.fetch(address, {
      ...asked, signal: stop.signal, redirect: "error", cache: "no-store", credentials: "omit",
    });
    patience(BODY_PATIENCE_MS);
    const { status, headers } = response;
    return { status, headers, retryAfter: headers.get("Retry-After"), text: await response.text() };
  };
  patience(PATIENCE_MS);
  try {
    return await Promise.race([wholeAnswer(), isSilent]);
  } catch {
    throw new Interrupted({ code: "no-network", retryAfterS: 0 });
  } finally {
    cancel();
  }
}

export async function askJson(
  surroundings: Surroundings, address: string, token: string | null, value: unknown,
): Promise<Heard> {
  const text = JSON.stringify(value);
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token !== null) headers["Authorization"] = `Bearer ${token}`;
  let body: BodyInit = text;
  // Safari before 16.4 cannot compress; its batches fit all the same.
  if (token !== null && text.length > WORTH_COMPRESSING_BYTES && typeof CompressionStream !== "undefined") {
    body = await gzipped(text);
    headers["Content-Encoding"] = "gzip";
  }
  return ask(surroundings, address, { method: "POST", headers, body });
}

function gzipped(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
