/** A log as a server keeps it, written after the definitions of RFC 6962, that can be made to lie. */
import { keyIdOf } from "../../core/checkpoint.ts";
import { base64Encode, utf8 } from "../../core/text.ts";
import { emptyRoot, leafHash, leafOf, nodeHash, type Hash } from "../../core/tree.ts";

export interface ServerKey {
  pair: CryptoKeyPair;
  jwk: JsonWebKey;
}

export async function serverKey(): Promise<ServerKey> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { pair, jwk: { kty, crv, x, y } };
}

const below = (count: number): number => {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
};

async function rootOf(hashes: readonly Hash[]): Promise<Hash> {
  if (hashes.length < 2) return hashes[0] ?? emptyRoot();
  const middle = below(hashes.length);
  return nodeHash(await rootOf(hashes.slice(0, middle)), await rootOf(hashes.slice(middle)));
}

async function inclusion(index: number, hashes: readonly Hash[]): Promise<Hash[]> {
  if (hashes.length < 2) return [];
  const middle = below(hashes.length);
  const [left, right] = [hashes.slice(0, middle), hashes.slice(middle)];
  return index < middle
    ? [...(await inclusion(index, left)), await rootOf(right)]
    : [...(await inclusion(index - middle, right)), await rootOf(left)];
}

async function subproof(old: number, hashes: readonly Hash[], isWhole: boolean): Promise<Hash[]> {
  if (old === hashes.length) return isWhole ? [] : [await rootOf(hashes)];
  const middle = below(hashes.length);
  const [left, right] = [hashes.slice(0, middle), hashes.slice(middle)];
  return old <= middle
    ? [...(await subproof(old, left, isWhole)), await rootOf(right)]
    : [...(await subproof(old - middle, right, false)), await rootOf(left)];
}

function derOf(raw: Uint8Array): number[] {
  const integer = (bytes: number[]): number[] => {
    while (bytes.length > 1 && bytes[0] === 0) bytes.shift();
    const padded = bytes[0]! > 0x7f ? [0, ...bytes] : bytes;
    return [2, padded.length, ...padded];
  };
  const numbers = [...integer([...raw.slice(0, 32)]), ...integer([...raw.slice(32)])];
  return [0x30, numbers.length, ...numbers];
}

export async function signedNote(text: string, name: string, { pair, jwk }: ServerKey): Promise<string> {
  const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, utf8(text));
  const line = Uint8Array.from([...(await keyIdOf(jwk)), ...derOf(new Uint8Array(raw))]);
  return `${text}\n— ${name} ${base64Encode(line)}\n`;
}

async function verifierKey(name: string, { pair, jwk }: ServerKey): Promise<string> {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const hash = Buffer.from(await keyIdOf(jwk)).toString("hex");
  return `${name}+${hash}+${base64Encode(Uint8Array.from([2, ...spki]))}`;
}

export class PretendLog {
  readonly ids: string[] = [];
  readonly hashes: Hash[] = [];
  /** how many of them the published checkpoint covers */
  published = 0;

  constructor(public origin: string, public key: ServerKey) {}

  async add(id: string, header: string): Promise<void> {
    this.ids.push(id);
    this.hashes.push(await leafHash(await leafOf(header, JSON.parse(header).body)));
  }

  async fill(count: number): Promise<void> {
    for (let at = 0; at < count; at++) {
      this.ids.push(`filled-${this.ids.length}`);
      this.hashes.push(await leafHash(utf8(`other ${this.ids.length} ${Math.random()}`)));
    }
  }

  async root(size = this.published): Promise<Hash> {
    return rootOf(this.hashes.slice(0, size));
  }

  async note(size = this.published): Promise<string> {
    const text = `${this.origin}\n${size}\n${base64Encode(await this.root(size))}\n`;
    return signedNote(text, this.origin, this.key);
  }

  async proofs(ids: string[], from: number, isArchived: (id: string) => boolean) {
    const held = this.hashes.slice(0, this.published);
    const consistency = from > this.published ? null : from === 0 ? [] : (await subproof(from, held, true)).map(base64Encode);
    const proofs = [];
    for (const id of ids) {
      const index = this.ids.indexOf(id);
      if (index < 0) proofs.push({ id, why: "unknown" });
      else if (index >= this.published) proofs.push({ id, why: "not-yet-logged" });
      else proofs.push({ id, index, path: (await inclusion(index, held)).map(base64Encode), archived: isArchived(id) });
    }
    return { checkpoint: await this.note(), consistency, proofs };
  }

  /** What the keys of this log sign for the one that takes its place. */
  async handover(to: PretendLog, size: number, by = this.key): Promise<string> {
    const root = base64Encode(await this.root(size));
    const p256 = await verifierKey(to.origin, to.key);
    const text = `sanad-handover/1\n${this.origin}\n${size}\n${root}\n${to.origin}\n${p256}\n${to.origin}+00000000+AQ==\n`;
    return signedNote(text, this.origin, by);
  }
}
