// A photo from the camera: made smaller for the line, with the camera's own Exif block kept in it, its digest taken here.
import { sha256Hex } from "./digests.js";
import { exifOf, withExifOf } from "./exif.js";

const LONG_SIDE = 2048;
const QUALITY = 0.82;
// A JPEG of this size goes as it is.
const SMALL_BYTES = 700_000;
const LIKENESS = { width: 208, height: 160 };
// A photo whose Exif time is further back than this was not taken here and now.
const FRESH_MS = 5 * 60_000;

function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

async function jpeg(canvas, quality) {
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });
  return new Uint8Array(await blob.arrayBuffer());
}

async function smaller(bitmap) {
  const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = canvasOf(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return jpeg(canvas, QUALITY);
}

async function likeness(bitmap) {
  const canvas = canvasOf(LIKENESS.width, LIKENESS.height);
  const scale = Math.max(canvas.width / bitmap.width, canvas.height / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  return jpeg(canvas, 0.7);
}

async function drawn(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null; // HEIC in a browser that cannot draw it: goes as it is
  }
}

/**
 * Return {photo, bytes, likeness} of a picture file. *photo* is its entry in the visit: digest of what is sent, time, the
 * receiver's position at this moment (*fix*), and under `original` what the camera wrote.
 */
export async function photoTaken(file, { item, fix, now = new Date() }) {
  const original = new Uint8Array(await file.arrayBuffer());
  const exif = exifOf(original);
  const bitmap = await drawn(file);
  const fits = bitmap && file.type === "image/jpeg" && original.length <= SMALL_BYTES
    && Math.max(bitmap.width, bitmap.height) <= LONG_SIDE;
  const small = bitmap && !fits ? withExifOf(original, await smaller(bitmap)) : original;
  const bytes = small.length < original.length ? small : original;
  const here = !exif.taken_at || Math.abs(now - new Date(exif.taken_at)) <= FRESH_MS;
  const photo = {
    sha256: await sha256Hex(bytes),
    item,
    size: bytes.length,
    type: bytes === original ? file.type || "image/jpeg" : "image/jpeg",
    taken_at: here ? now.toISOString() : exif.taken_at,
    lon: here ? (fix?.lon ?? null) : null,
    lat: here ? (fix?.lat ?? null) : null,
    accuracy_m: here ? (fix?.accuracy_m ?? null) : null,
    original: {
      sha256: await sha256Hex(original),
      size: original.length,
      width: bitmap?.width ?? null,
      height: bitmap?.height ?? null,
      ...exif,
    },
  };
  const small_likeness = bitmap ? await likeness(bitmap) : null;
  bitmap?.close();
  return { photo, bytes, likeness: small_likeness };
}
