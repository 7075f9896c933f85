/** Whether a photo is small, bare, lit and sharp enough to be read. */
import { expect, test } from "vitest";
import { fittedSize, isPlainJpeg, judgeQuality } from "../../phone/camera/photo_shape.ts";

const SIDE = 200;

function picture(lumaAt: (x: number, y: number) => number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let at = 0; at < SIDE * SIDE; at++) {
    const luma = lumaAt(at % SIDE, Math.floor(at / SIDE));
    pixels.set([luma, luma, luma, 255], at * 4);
  }
  return pixels;
}

const judge = (lumaAt: (x: number, y: number) => number) => judgeQuality(picture(lumaAt), SIDE, SIDE);

test("a picture shrinks to fit and never grows", () => {
  expect(fittedSize(4000, 3000)).toEqual({ width: 2560, height: 1920 });
  expect(fittedSize(800, 600)).toEqual({ width: 800, height: 600 });
});

test("print on paper is lit and sharp; a slope of grey is blurred; the same at night is dark", () => {
  const print = (x: number, y: number) => (x % 12 < 4 && y % 20 < 12 ? 30 : 230);
  expect(judge(print)).toEqual({ dark: false, blurred: false });
  expect(judge((x) => 30 + x)).toEqual({ dark: false, blurred: true });
  expect(judge((x, y) => print(x, y) * 0.3)).toEqual({ dark: true, blurred: false });
  expect(judge(() => 255).blurred).toBe(true);
});

function jpeg(...segments: number[][]): ArrayBuffer {
  return new Uint8Array([0xff, 0xd8, ...segments.flat(), 0xff, 0xda, 0, 2, 1, 2, 3]).buffer;
}
const segment = (marker: number, ...content: number[]) => [0xff, marker, 0, content.length + 2, ...content];

test("only a JPEG without EXIF, maker's notes or comments is kept as it is", () => {
  expect(isPlainJpeg(jpeg(segment(0xe0, 74, 70), segment(0xdb, 1)))).toBe(true);
  expect(isPlainJpeg(jpeg(segment(0xe0, 74), segment(0xe1, 69, 120)))).toBe(false);
  expect(isPlainJpeg(jpeg(segment(0xfe, 1)))).toBe(false);
  expect(isPlainJpeg(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0]).buffer)).toBe(false);
  expect(isPlainJpeg(new ArrayBuffer(0))).toBe(false);
});
