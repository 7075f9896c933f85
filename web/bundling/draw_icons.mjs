/** Draws the app's icons (a shield with a tick) as PNG from a few shapes, so that no drawing program is needed. */
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

const GREEN = [11, 92, 90];
const WHITE = [255, 255, 255];
const SAMPLES = 4;

const distanceToSegment = (x, y, [ax, ay], [bx, by]) => {
  const along = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)));
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
};
const isInShield = (x, y) => Math.abs(x - 256) <= 128 && y >= 112 && (y <= 288 || Math.hypot(x - 256, y - 288) <= 128);
const isInTick = (x, y) => distanceToSegment(x, y, [196, 236], [240, 280]) <= 20 || distanceToSegment(x, y, [240, 280], [324, 188]) <= 20;
const isInTile = (x, y) => Math.hypot(Math.max(0, Math.abs(x - 256) - 160), Math.max(0, Math.abs(y - 256) - 160)) <= 96;

function colourAt(x, y, maskable) {
  // A maskable icon may lose everything outside the middle four fifths, so its drawing is smaller and its ground whole.
  const [u, v] = maskable ? [(x - 256) * 1.2 + 256, (y - 256) * 1.2 + 256] : [x, y];
  if (isInTick(u, v)) return [...GREEN, 255];
  if (isInShield(u, v)) return [...WHITE, 255];
  return maskable || isInTile(x, y) ? [...GREEN, 255] : [...GREEN, 0];
}

function pixel(column, row, size, maskable) {
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const x = ((column + ((i % SAMPLES) + 0.5) / SAMPLES) * 512) / size;
    const y = ((row + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) * 512) / size;
    colourAt(x, y, maskable).forEach((value, channel) => (sum[channel] += value));
  }
  return sum.map((value) => Math.round(value / (SAMPLES * SAMPLES)));
}

function chunk(name, body) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

function png(size, maskable) {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      rows.set(pixel(column, row, size, maskable), row * (size * 4 + 1) + 1 + column * 4);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8); // 8 bits, red green blue alpha
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

const folder = new URL("../public/", import.meta.url);
writeFileSync(new URL("icon-192.png", folder), png(192, false));
writeFileSync(new URL("icon-512.png", folder), png(512, false));
writeFileSync(new URL("icon-maskable.png", folder), png(512, true));
