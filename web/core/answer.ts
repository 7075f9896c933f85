/** Takes an answer for an exchange only if it is one; a hotel's log-in page, an error or half an answer changes nothing. */
import { retryAfterS } from "./retry.ts";

export type VerdictName = "stored" | "duplicate" | "held" | "quarantined" | "refused" | "retry";
const VERDICTS = new Set<unknown>(["stored", "duplicate", "held", "quarantined", "refused", "retry"]);

export interface Verdict {
  verdict: VerdictName;
  why?: string;
  afterS?: number;
  want: string[];
  /** its place in the log */
  index?: number;
}

export interface Mark {
  id: string;
  bucket: string;
  why?: string;
}

// As long as the longest wait of a phone that gets no answer: nobody is told to stay away for longer.
const LONGEST_SPREAD_S = 15 * 60;

export type Texts = [header: string, signature: string, body: string];

export interface Answer {
  /** one a position, in the order handed in */
  verdicts: Verdict[];
  marks: Mark[];
  entries: Texts[];
  cursor: string | null;
  more: boolean;
  refetch: boolean;
  maxEntries: number | null;
  spreadS: number;
  photos: string;
  serverMs: number | null;
  /** the signed note that the log has published; "" while there is none */
  checkpoint: string;
  /** from the log this phone knew to the one that took its place, oldest first */
  handover: string[];
}

export interface Failure {
  /** `portal`: somebody else answered in the server's place */
  code: "portal" | "server-down" | "too-large" | "frame" | "busy" | "too-old" | "token-revoked" | "token-unknown";
  retryAfterS: number;
}

export interface Response {
  status: number;
  retryAfter: string | null;
  text: string;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const isText = (value: unknown): value is string => typeof value === "string";
const textOr = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an answer other than 200 means. Only a problem document with a code speaks for the server about the token. */
export function readFailure(response: Response, nowMs: number): Failure {
  const wait = retryAfterS(response.retryAfter, nowMs);
  const problem = parsed(response.text);
  const code = isObject(problem) ? textOr(problem["code"]) : undefined;
  const known = (failure: Failure["code"]): Failure => ({ code: failure, retryAfterS: wait });
  if (response.status === 413) return known("too-large");
  // 507: the server has no room left; that is no fault of what was handed in.
  if ([429, 503, 507].includes(response.status)) return known("busy");
  if (response.status >= 500) return known("server-down");
  if (code === undefined) return known("portal");
  if (response.status === 401) return known(code === "token-revoked" ? "token-revoked" : "token-unknown");
  if (response.status === 426) return known("too-old");
  return known("frame");
}

function readVerdict(value: unknown, id: string): Verdict | null {
  if (!isObject(value) || typeof value["verdict"] !== "string") return null;
  // A refused text may have no id of its own; any other id means that the answer is to something else.
  if (value["id"] !== id && !(value["id"] === null && value["verdict"] === "refused")) return null;
  return {
    // A verdict this phone does not know yet decides nothing here.
    verdict: (VERDICTS.has(value["verdict"]) ? value["verdict"] : "retry") as VerdictName,
    why: textOr(value["why"]),
    afterS: typeof value["after_s"] === "number" ? value["after_s"] : undefined,
    want: list(value["want"]).filter(isText),
    index: Number.isSafeInteger(value["index"]) ? (value["index"] as number) : undefined,
  };
}

const isMark = (value: unknown): value is Mark =>
  isObject(value) && typeof value["id"] === "string" && typeof value["bucket"] === "string";

const isTexts = (value: unknown): value is Texts =>
  Array.isArray(value) && value.length === 3 && value.every((text) => typeof text === "string");

/** The answer to a batch of these ids, or what went wrong instead. */
export function readAnswer(response: Response, ids: readonly string[], nowMs: number): Answer | Failure {
  const portal: Failure = { code: "portal", retryAfterS: 0 };
  if (response.status !== 200) return readFailure(response, nowMs);
  const answer = parsed(response.text);
  if (!isObject(answer) || !Array.isArray(answer["verdicts"])) return portal;
  const said = answer["verdicts"];
  if (said.length !== ids.length) return portal;
  const verdicts = ids.map((id, position) => readVerdict(said[position], id));
  if (verdicts.some((verdict) => verdict === null)) return portal;
  const hints = isObject(answer["hints"]) ? answer["hints"] : {};
  const numberOr = <T>(value: unknown, otherwise: T) => (Number.isSafeInteger(value) ? (value as number) : otherwise);
  return {
    verdicts: verdicts as Verdict[],
    marks: list(answer["marks"]).filter(isMark),
    entries: list(answer["entries"]).filter(isTexts),
    cursor: textOr(answer["cursor"]) ?? null,
    more: answer["more"] === true,
    refetch: answer["refetch"] === true,
    maxEntries: numberOr(hints["max_entries"], null),
    spreadS: Math.min(LONGEST_SPREAD_S, Math.max(0, numberOr(hints["spread_s"], 0))),
    photos: textOr(hints["photos"]) ?? "go",
    serverMs: numberOr(hints["server_ms"], null),
    checkpoint: textOr(answer["checkpoint"]) ?? "",
    handover: list(answer["handover"]).filter(isText),
  };
}

export const isFailure = (answer: Answer | Failure): answer is Failure => "code" in answer;
