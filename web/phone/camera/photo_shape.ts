/** What a photo must be like before it is kept: how large, how dark, how sharp, and free of what the camera wrote into it. */

// 2560 px read every figure of a tape in trials; 400 KB is half a minute on a 2G line.
export const LONGEST_SIDE_PX = 2560;
export const MOST_BYTES = 400 * 1024;
export const QUALITIES = [0.82, 0.7, 0.58, 0.46] as const;

/** Size that fits, never larger than the picture was. */
export function fittedSize(
  width: number,
  height: number,
  longest = LONGEST_SIDE_PX,
): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

const JPEG_START = 0xffd8;
const SCAN_START = 0xda;
const APP_FIRST = 0xe1;
const APP_LAST = 0xef;

/** A JPEG without EXIF, maps of the maker or comments on the place: it may be kept as it is. */
export function isPlainJpeg(bytes: ArrayBuffer): boolean {
  const view = new DataView(bytes);
  if (view.byteLength < 4 || view.getUint16(0) !== JPEG_START) return false;
  for (let at = 2; at + 4 <= view.byteLength; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) return false;
    if (marker === SCAN_START) return true;
    if ((marker >= APP_FIRST && marker <= APP_LAST) || marker === 0xfe) return false;
  }
  return false;
}

export interface Quality {
  dark: boolean;
  blurred: boolean;
}

// A lit tape has white paper in it: if even its brightest twentieth is this grey, figures will not be read.
const DARK_LUMA = 90;
// Measured on synthetic tapes: sharp ones lie above 0.02, unreadable ones below 0.004.
const BLURRED_RATIO = 0.006;

function lumaOf(pixels: Uint8ClampedArray): Float32Array {
  const luma = new Float32Array(pixels.length / 4);
  for (let i = 0; i < luma.length; i++) {
    luma[i] = 0.299 * pixels[4 * i]! + 0.587 * pixels[4 * i + 1]! + 0.114 * pixels[4 * i + 2]!;
  }
  return luma;
}

function brightest(luma: Float32Array): number {
  const counts = new Uint32Array(256);
  luma.forEach((value) => counts[Math.round(value)]!++);
  let left = luma.length * 0.05;
  for (let value = 255; value > 0; value--) {
    left -= counts[value]!;
    if (left <= 0) return value;
  }
  return 0;
}

/** The mean of nine neighbours: the grain of a cheap camera would otherwise pass for sharpness. */
function smoothed(luma: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(luma.length);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      let total = 0;
      for (let row = -width; row <= width; row += width) {
        const at = y * width + x + row;
        total += luma[at - 1]! + luma[at]! + luma[at + 1]!;
      }
      out[y * width + x] = total / 9;
    }
  }
  return out;
}

/** How sharp the edges are for the contrast that is there: Laplacian energy over variance. */
function sharpness(luma: Float32Array, width: number, height: number): number {
  const soft = smoothed(luma, width, height);
  let edges = 0;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2; x < width - 2; x++) {
      const at = y * width + x;
      const edge = soft[at - 1]! + soft[at + 1]! + soft[at - width]! + soft[at + width]! - 4 * soft[at]!;
      edges += edge * edge;
      sum += soft[at]!;
      squares += soft[at]! * soft[at]!;
      count++;
    }
  }
  const variance = squares / count - (sum / count) ** 2;
  return variance < 1 ? 0 : edges / count / variance;
}

/** A hint, never a verdict: the observer decides whether to take it again. */
export function judgeQuality(pixels: Uint8ClampedArray, width: number, height: number): Quality {
  const luma = lumaOf(pixels);
  return { dark: brightest(luma) < DARK_LUMA, blurred: sharpness(luma, width, height) < BLURRED_RATIO };
}
