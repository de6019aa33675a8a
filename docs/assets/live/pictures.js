// Pictures between files, canvases and the network.
import { LiveError, fetched } from "./faults.js";

// A browser unpacks every pixel before it makes the picture smaller: four bytes each.
const MOST_MEGAPIXELS = 80;
// Height to which a larger photograph is brought first; enough for any shape up to 1 : 3.
const FIRST_HEIGHT = 672;

/** @type {[string, (bytes: Uint8Array) => boolean][]} */
const KINDS = [
  ["JPEG", (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8],
  ["PNG", (bytes) => text(bytes, 1, 4) === "PNG"],
  ["GIF", (bytes) => text(bytes, 0, 3) === "GIF"],
  ["WebP", (bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP"],
  ["BMP", (bytes) => text(bytes, 0, 2) === "BM"],
  ["AVIF", (bytes) => text(bytes, 4, 12) === "ftypavif"],
  ["HEIC", (bytes) => /^ftyp(heic|heix|mif1|msf1)$/.test(text(bytes, 4, 12))],
];

/**
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} end
 */
const text = (bytes, start, end) => String.fromCharCode(...bytes.subarray(start, end));

/**
 * What kind of picture a file is by its first bytes, whatever its name says; null for none.
 * @param {Uint8Array} bytes
 */
export const kindOfPicture = (bytes) => KINDS.find(([, fits]) => fits(bytes))?.[0] ?? null;

/**
 * Width and height as the header of a JPEG or PNG has them; null where it does not say.
 * @param {Uint8Array} bytes
 */
export function sizeInHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kindOfPicture(bytes) === "PNG" && bytes.length >= 24) {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (kindOfPicture(bytes) !== "JPEG") return null;
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1];
    const startsFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (startsFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/**
 * The central square of a photograph in a file, upright, made smaller.
 * @param {Blob & { name?: string }} file
 * @param {number} side
 */
export async function readPhotograph(file, side) {
  const name = file.name ?? "The file";
  if (!file.size) throw new LiveError("file", `${name} is empty. Choose a photograph.`);
  // Cameras put previews and profiles before the size.
  const head = new Uint8Array(await file.slice(0, 262144).arrayBuffer());
  const kind = kindOfPicture(head);
  if (!kind) {
    throw new LiveError("file", `${name} is no picture, whatever its name says. Choose a JPEG or PNG.`);
  }
  const size = sizeInHeader(head);
  const megapixels = size ? (size.width * size.height) / 1e6 : 0;
  if (megapixels > MOST_MEGAPIXELS) {
    throw new LiveError(
      "file",
      `${name} has ${Math.round(megapixels)} megapixels; up to ${MOST_MEGAPIXELS} can be read ` +
        "here. Save it smaller first.",
    );
  }
  const isLarge = !size || Math.max(size.width, size.height) > FIRST_HEIGHT;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, {
      imageOrientation: "from-image",
      ...(isLarge ? { resizeHeight: FIRST_HEIGHT, resizeQuality: "high" } : {}),
    });
  } catch {
    throw new LiveError(
      "file", `This browser cannot read ${name} (${kind}). Save it as JPEG or PNG with 8 bits.`,
    );
  }
  const pixels = squareOf(bitmap, side);
  bitmap.close();
  return pixels;
}

/**
 * A picture of the course, pixel by pixel.
 * @param {string} address
 * @param {number} side
 */
export async function fetchPhotograph(address, side) {
  return readExact(await (await fetched(address)).blob(), side);
}

/**
 * The pixels of a picture that has the right size, as its file holds them.
 * @param {Blob} file
 * @param {number} side
 */
export async function readExact(file, side) {
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
  const pixels = squareOf(bitmap, side);
  bitmap.close();
  return pixels;
}

/**
 * @param {ImageBitmap} bitmap
 * @param {number} side
 */
function squareOf(bitmap, side) {
  const context = contextOf(new OffscreenCanvas(side, side));
  const short = Math.min(bitmap.width, bitmap.height);
  const [left, top] = [(bitmap.width - short) / 2, (bitmap.height - short) / 2];
  context.fillStyle = "#ffffff"; // behind what is transparent
  context.fillRect(0, 0, side, side);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, left, top, short, short, 0, 0, side, side);
  const { data } = context.getImageData(0, 0, side, side);
  const number = side * side;
  const pixels = new Float32Array(3 * number);
  for (let i = 0; i < number; i++) {
    pixels[i] = data[4 * i] / 255;
    pixels[number + i] = data[4 * i + 1] / 255;
    pixels[2 * number + i] = data[4 * i + 2] / 255;
  }
  return pixels;
}

/**
 * Show a picture on a canvas of its size.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @param {Float32Array} pixels
 */
export function show(canvas, pixels) {
  const number = pixels.length / 3;
  const image = new ImageData(canvas.width, canvas.height);
  // Values are rounded where they are put into bytes.
  const { data } = image;
  for (let i = 0; i < number; i++) {
    data[4 * i] = 255 * pixels[i];
    data[4 * i + 1] = 255 * pixels[number + i];
    data[4 * i + 2] = 255 * pixels[2 * number + i];
    data[4 * i + 3] = 255;
  }
  contextOf(canvas).putImageData(image, 0, 0);
}

/**
 * A picture as the file that is downloaded.
 * @param {Float32Array} pixels
 * @param {number} side
 */
export function asPng(pixels, side) {
  const canvas = new OffscreenCanvas(side, side);
  show(canvas, pixels);
  return canvas.convertToBlob({ type: "image/png" });
}

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas */
function contextOf(canvas) {
  const context = /** @type {CanvasRenderingContext2D | null} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  if (!context) throw new LiveError("memory");
  return context;
}
