/** Re-encodes a picture to a JPEG that fits a thin line, and looks whether it is dark or blurred. */
import {
  fittedSize,
  isPlainJpeg,
  judgeQuality,
  LONGEST_SIDE_PX,
  MOST_BYTES,
  QUALITIES,
  type Quality,
} from "./photo_shape.ts";

export interface Prepared {
  bytes: ArrayBuffer;
  mediaType: string;
  quality: Quality;
}

type Canvas = OffscreenCanvas | HTMLCanvasElement;

// Safari before 16.4 has no OffscreenCanvas; there this runs on the page itself.
function canvasOf(width: number, height: number): Canvas {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

function drawn(
  image: ImageBitmap,
  width: number,
  height: number,
  crop?: [number, number, number, number],
): [Canvas, CanvasRenderingContext2D] {
  const canvas = canvasOf(width, height);
  const context = canvas.getContext("2d") as CanvasRenderingContext2D | null;
  if (!context) throw new Error("no-canvas");
  context.drawImage(image, ...(crop ?? [0, 0, image.width, image.height]), 0, 0, width, height);
  return [canvas, context];
}

function jpegOf(canvas: Canvas, quality: number): Promise<Blob> {
  if ("convertToBlob" in canvas) return canvas.convertToBlob({ type: "image/jpeg", quality });
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no-jpeg"))), "image/jpeg", quality),
  );
}

// The middle at full size: the edges are desk and thumb, and a shrunk picture hides blur.
const FRAME_PX = 900;

function lookAt(image: ImageBitmap): Quality {
  const width = Math.min(FRAME_PX, image.width);
  const height = Math.min(FRAME_PX, image.height);
  const [, context] = drawn(image, width, height, [
    (image.width - width) >> 1,
    (image.height - height) >> 1,
    width,
    height,
  ]);
  return judgeQuality(context.getImageData(0, 0, width, height).data, width, height);
}

async function shrunk(image: ImageBitmap): Promise<Blob> {
  const { width, height } = fittedSize(image.width, image.height);
  const [canvas] = drawn(image, width, height);
  let smallest: Blob | null = null;
  for (const quality of QUALITIES) {
    smallest = await jpegOf(canvas, quality);
    if (smallest.size <= MOST_BYTES) break;
  }
  return smallest!;
}

/** The bytes that are kept, hashed and sent are these and no others. */
export async function prepare(file: Blob): Promise<Prepared> {
  const original = await file.arrayBuffer();
  // Safari 15 does not know the word and turns the picture upright by itself.
  const image = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => createImageBitmap(file));
  try {
    const quality = lookAt(image);
    const fits = original.byteLength <= MOST_BYTES && Math.max(image.width, image.height) <= LONGEST_SIDE_PX;
    // A picture that is already small and bare is not made worse by encoding it again.
    const bytes = fits && isPlainJpeg(original) ? original : await (await shrunk(image)).arrayBuffer();
    return { bytes, mediaType: "image/jpeg", quality };
  } finally {
    image.close();
  }
}
