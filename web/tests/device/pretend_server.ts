/** A server as the wire describes it, that can be made to lose answers, break down or be hidden behind a portal. */
import { gunzipSync } from "node:zlib";
import { composeBody, composeHeader, digestOf, idOf, isSignedBy, signingInput, thumbprint } from "../../core/entry.ts";
import { base64urlDecode, base64urlEncode, utf8 } from "../../core/text.ts";
import type { Pack } from "../../device/types.ts";
import { PretendLog, serverKey, type ServerKey } from "./pretend_log.ts";

export type Texts = [string, string, string];
type Json = Record<string, any>;
type Bend = (path: string, request: RequestInit, body: Json | null) => Response | "lose-request" | "lose-answer" | null;

interface Upload { digest: string; size: number; bytes: Uint8Array; offset: number }

export const WORDS = { ar: "أ", ckb: "ئ", en: "A" };
export const PACK = {
  id: "iraq", version: 1, labels_reviewed: false, settings: {}, governorates: [], incident_groups: [],
  incident_types: [], checklists: [], centres: [],
  stations: [{ code: "138450-03", centre: "138450", name: WORDS, governorate: "IQ-KI", registered: 512 }],
} as unknown as Pack;

const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });
export const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  json({ type: "about:blank", title: code, status, code }, status, headers);
export const portalPage = () => new Response("<html>Welcome to Hotel</html>", { status: 200, headers: { "Content-Type": "text/html" } });

export class PretendServer {
  readonly codes = new Map<string, string | null>([["a-code-of-many-letters-1234567890", null]]);
  readonly devices = new Map<string, JsonWebKey>();
  readonly tokens = new Map<string, string>();
  readonly entries = new Map<string, Texts>();
  readonly order: string[] = [];
  readonly uploads = new Map<string, Upload>();
  readonly photos = new Map<string, Uint8Array>();
  hints: Json = {};
  readonly asked: { path: string; method: string; body: Json | null; bytes: number }[] = [];
  readonly own: Texts[] = [];
  marks: Json[] = [];
  pack: Pack = PACK;
  /** looks at every request first; null lets it through */
  bend: Bend = () => null;
  verdictOf: (id: string, texts: Texts) => Json | null = () => null;
  /** none: a server of a release that has no log */
  log: PretendLog | null = null;
  /** what a checkpoint is before it is sent */
  bendCheckpoint: (note: string) => string | Promise<string> = (note) => note;
  bendProofs: (answer: Json) => Json | Promise<Json> = (answer) => answer;
  isArchived: (id: string) => boolean = () => false;
  handover: string[] = [];
  epoch = "";
  /** whose codes these are */
  member = { observer: "observer-1", organisation: "org", election: "iq-2026" };
  /** of a release that does not look at whom a phone expects */
  isOld = false;
  private given = 0;
  /** checkpoints are published in the wake of what was taken in, as a rule */
  isSealing = true;
  key!: ServerKey;

  static async open(): Promise<PretendServer> {
    const server = new PretendServer();
    server.key = await serverKey();
    return server;
  }

  async beginLog(origin = "sanad.example/log/first"): Promise<PretendLog> {
    this.log = new PretendLog(origin, this.key);
    await this.log.fill(3);
    return this.log;
  }

  /** Another server in the place of this one, from a copy that held the first `kept` entries. */
  async restore(kept: number, { isHandedOver = true } = {}): Promise<void> {
    const before = this.log as PretendLog;
    this.key = await serverKey();
    this.epoch += "x";
    const log = new PretendLog(`sanad.example/log/${this.epoch}`, this.key);
    const texts = [...this.entries].slice(0, kept);
    this.entries.clear();
    await log.fill(1);
    for (const [id, each] of texts) {
      this.entries.set(id, each);
      await log.add(id, each[0]);
    }
    this.log = log;
    if (isHandedOver) this.handover.push(await before.handover(log, 3 + texts.length));
  }

  readonly fetch = async (address: string, request: RequestInit): Promise<Response> => {
    const headers = new Headers(request.headers);
    const raw = request.body ? new Uint8Array(await new Response(request.body).arrayBuffer()) : new Uint8Array();
    const isJson = headers.get("Content-Type") === "application/json";
    const text = isJson ? new TextDecoder().decode(headers.get("Content-Encoding") === "gzip" ? gunzipSync(raw) : raw) : "";
    const body = isJson ? (JSON.parse(text) as Json) : null;
    this.asked.push({ path: address, method: request.method ?? "GET", body, bytes: raw.length });
    if (this.log && this.isSealing) this.log.published = this.log.ids.length;
    const bent = this.bend(address, request, body);
    if (bent === "lose-request") throw new TypeError("network");
    if (bent instanceof Response) return bent;
    const answer = await this.answer(address, request.method ?? "GET", headers, body, raw);
    if (bent === "lose-answer") throw new TypeError("network");
    return answer;
  };

  /** An entry of the server's own journal, as it is handed out. */
  async say(kind: string, body: Json, subject = "", refs: string[] = [], key = this.key.pair): Promise<Texts> {
    const text = composeBody(body, crypto.getRandomValues(new Uint8Array(16)));
    const header = composeHeader({
      election: "iq-2026", device: await thumbprint(this.key.jwk), kind, subject, refs, body: await digestOf(utf8(text)),
      bodySize: utf8(text).length, photos: [], seen: [0, ""], atMs: 1_791_700_000_000 + this.own.length, monoMs: 0, offsetMs: 0,
    }, { seq: this.own.length, id: "" });
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, signingInput(header));
    const texts: Texts = [header, base64urlEncode(signature), text];
    this.own.push(texts);
    return texts;
  }

  /** The order in which photos and entries arrived, for what must not wait behind what. */
  kindsInOrder(): string[] {
    return this.order;
  }

  private async answer(path: string, method: string, headers: Headers, body: Json | null, raw: Uint8Array): Promise<Response> {
    if (path === "/api/v1/enrol") return this.enrol(body as Json);
    const device = this.tokens.get((headers.get("Authorization") ?? "").replace("Bearer ", ""));
    if (!device) return problem(401, "token-unknown");
    if (path === "/api/v1/sync") return this.sync(body as Json);
    if (path === "/api/v1/proofs" && !this.log) return problem(404, "not-found");
    if (path === "/api/v1/proofs") return json(await this.proofs(body as Json));
    if (path === "/api/v1/have") return this.have(body as Json);
    if (path === "/api/v1/pack") return json(this.pack, 200, { ETag: '"2"' });
    return this.photo(path, method, headers, raw);
  }

  /** As a server that was restored from a copy made before these phones joined: no token is known, and nothing of theirs. */
  async forgetPhones(options: { isHandedOver?: boolean } = {}): Promise<void> {
    await this.restore(0, options);
    this.tokens.clear();
    this.devices.clear();
    this.photos.clear();
    this.uploads.clear();
  }

  private async enrol({ code, jwk, proof, expects }: Json): Promise<Response> {
    const device = await thumbprint(jwk);
    const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const isProved = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, base64urlDecode(proof), utf8(code));
    const used = this.codes.get(code);
    if (!isProved || used === undefined || (used !== null && used !== device)) return problem(403, "code-used");
    const { observer, organisation, election } = this.member;
    const isForAnother = expects && (expects.observer !== observer || expects.organisation !== organisation || expects.election !== election);
    if (isForAnother && !this.isOld) return problem(409, "code-for-another");
    this.codes.set(code, device);
    this.devices.set(device, jwk);
    const token = `token-${++this.given}`;
    this.tokens.set(token, device);
    return json({
      device, token, observer, organisation: { id: organisation, name: WORDS }, pack: this.pack, server_jwk: this.key.jwk,
      election: { id: election, name: WORDS, date: "2026-11-22", opens_ms: 0, closes_ms: 1 }, cursor: "",
    });
  }

  private async sync({ entries, cursor }: Json): Promise<Response> {
    const checkpoint = this.log ? await this.bendCheckpoint(await this.log.note()) : "";
    const verdicts = [];
    for (const texts of entries as Texts[]) verdicts.push(await this.verdict(texts));
    const isForeign = cursor !== "" && cursor.split(":")[0] !== this.epoch;
    const from = cursor === "" || isForeign ? 0 : Number(cursor.split(":")[1]);
    const marks = this.marks;
    this.marks = [];
    return json({
      ...(isForeign ? { refetch: true } : {}), ...(isForeign || cursor === "" ? { handover: this.handover } : {}),
      verdicts, marks, have: {}, entries: this.own.slice(from), cursor: `${this.epoch}:${this.own.length}`, checkpoint,
      hints: { max_entries: 100, spread_s: 0, photos: "go", server_ms: 1_791_700_123_456, ...this.hints },
    });
  }

  private async verdict(texts: Texts): Promise<Json> {
    const [header, signature] = texts;
    const id = await idOf(header);
    const bent = this.verdictOf(id, texts);
    if (bent) return { id, ...bent };
    const { device, kind, photos } = JSON.parse(header);
    const jwk = this.devices.get(device);
    if (!jwk || !(await isSignedBy(jwk, header, signature))) return { id, verdict: "refused", why: "bad-signature" };
    const want = (photos as [string][]).map(([digest]) => digest).filter((digest) => !this.photos.has(digest));
    const index = this.log ? this.log.ids.indexOf(id) : 1;
    if (this.entries.has(id)) return { id, verdict: "duplicate", index, want };
    this.entries.set(id, texts);
    await this.log?.add(id, header);
    this.order.push(kind);
    return { id, verdict: "stored", index: this.log ? this.log.ids.length - 1 : this.entries.size, want };
  }

  private async proofs({ ids, from }: Json): Promise<Json> {
    const log = this.log as PretendLog;
    const answer = await log.proofs(ids, from, this.isArchived);
    return this.bendProofs({ ...answer, checkpoint: await this.bendCheckpoint(answer.checkpoint) });
  }

  private async have({ heads }: Json): Promise<Response> {
    const [device, [upto]] = Object.entries(heads as Json)[0] as [string, [number, string]];
    const headers = [...this.entries.values()].map(([header]) => JSON.parse(header));
    const held = new Set(headers.map((header) => header.seq));
    const missing = Array.from({ length: upto }, (_, at) => at + 1).filter((seq) => !held.has(seq));
    const photos = headers.flatMap((header) => header.photos.map(([digest]: [string]) => digest));
    return json({ want: { [device]: missing.map((seq) => [seq, seq]) }, photos: photos.filter((digest) => !this.photos.has(digest)) });
  }

  private async photo(path: string, method: string, headers: Headers, raw: Uint8Array): Promise<Response> {
    const tus = (status: number, offset: number, extra: Record<string, string> = {}) =>
      new Response(null, { status, headers: { "Tus-Resumable": "1.0.0", "Upload-Offset": String(offset), ...extra } });
    if (method === "POST") {
      const named = headers.get("Upload-Metadata")?.match(/sha256 ([^,]+)/)?.[1] ?? "";
      const digest = Buffer.from(named, "base64").toString();
      const isNamed = [...this.entries.values()].some(([header]) => header.includes(digest));
      if (!isNamed) return problem(404, "photo-not-named");
      const size = Number(headers.get("Upload-Length"));
      const upload = this.uploads.get(digest) ?? { digest, size, bytes: new Uint8Array(size), offset: 0 };
      this.uploads.set(digest, upload);
      if (upload.offset === 0) await this.take(upload, raw);
      return tus(201, upload.offset, { Location: `https://sanad.example/api/v1/photos/${digest}` });
    }
    const upload = this.uploads.get(path.split("/").at(-1) as string);
    if (!upload) return problem(404, "upload-unknown");
    if (method === "HEAD") return tus(200, upload.offset);
    if (Number(headers.get("Upload-Offset")) !== upload.offset) return problem(409, "wrong-offset");
    return (await this.take(upload, raw)) ? tus(204, upload.offset) : problem(460, "wrong-digest");
  }

  private async take(upload: Upload, raw: Uint8Array): Promise<boolean> {
    upload.bytes.set(raw, upload.offset);
    upload.offset += raw.length;
    if (upload.offset < upload.size) return true;
    if ((await digestOf(upload.bytes.slice().buffer)) !== upload.digest) {
      upload.offset = 0;
      return false;
    }
    if (!this.photos.has(upload.digest)) this.order.push("photo");
    this.photos.set(upload.digest, upload.bytes);
    return true;
  }
}
