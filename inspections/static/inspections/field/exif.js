// What a camera writes into a JPEG: when and where. Read for evidence, and carried over into the smaller picture.

const APP1 = 0xffe1;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const TAGS = { orientation: 0x0112, exif: 0x8769, gps: 0x8825, taken: 0x9003, offset: 0x9011 };
const GPS = { latRef: 1, lat: 2, lonRef: 3, lon: 4 };
const SIZES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };

/** Return where the Exif block of a JPEG lies: {start, end} of its APP1 segment, null where there is none. */
export function exifSegment(bytes) {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = (bytes[at] << 8) | bytes[at + 1];
    const length = (bytes[at + 2] << 8) | bytes[at + 3];
    if (marker === 0xffda || length < 2 || at + 2 + length > bytes.length) return null;
    if (marker === APP1 && EXIF.every((byte, i) => bytes[at + 4 + i] === byte)) return { start: at, end: at + 2 + length };
    at += 2 + length;
  }
  return null;
}

/** A TIFF directory in the block: looks entries up; never reads outside. */
class Directory {
  constructor(view, at, little) {
    this.view = view;
    this.little = little;
    this.entries = new Map();
    const count = at >= 8 && at + 2 <= view.byteLength ? view.getUint16(at, little) : 0;
    for (let i = 0; i < count && at + 2 + (i + 1) * 12 <= view.byteLength; i += 1) {
      const entry = at + 2 + i * 12;
      this.entries.set(view.getUint16(entry, little), entry);
    }
  }

  /** Return {type, count, at} of a tag's value, null where it is missing or lies outside. */
  value(tag) {
    const entry = this.entries.get(tag);
    if (entry === undefined) return null;
    const type = this.view.getUint16(entry + 2, this.little);
    const count = this.view.getUint32(entry + 4, this.little);
    const size = (SIZES[type] ?? 0) * count;
    const at = size <= 4 ? entry + 8 : this.view.getUint32(entry + 8, this.little);
    return size > 0 && at + size <= this.view.byteLength ? { type, count, at } : null;
  }

  number(tag) {
    const found = this.value(tag);
    if (!found) return null;
    if (found.type === 3) return this.view.getUint16(found.at, this.little);
    return found.type === 4 ? this.view.getUint32(found.at, this.little) : null;
  }

  text(tag) {
    const found = this.value(tag);
    if (!found || found.type !== 2) return "";
    const bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + found.at, found.count);
    return String.fromCharCode(...bytes).split("\0")[0].trim();
  }

  rationals(tag) {
    const found = this.value(tag);
    if (!found || found.type !== 5) return [];
    return Array.from({ length: found.count }, (_, i) => {
      const below = this.view.getUint32(found.at + i * 8 + 4, this.little);
      return below ? this.view.getUint32(found.at + i * 8, this.little) / below : NaN;
    });
  }
}

function root(bytes, segment) {
  const start = segment.start + 10;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, segment.end - start);
  if (view.byteLength < 8) return null;
  const little = view.getUint16(0) === 0x4949;
  if (!little && view.getUint16(0) !== 0x4d4d) return null;
  return { view, little, directory: new Directory(view, view.getUint32(4, little), little) };
}

function moment(text, offset) {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const spelled = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  // Without an offset the camera's clock is the phone's.
  const date = new Date(/^[+-]\d\d:\d\d$/.test(offset) ? spelled + offset : spelled);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function degrees(parts, reference) {
  if (parts.length < 3 || parts.slice(0, 3).some((part) => !Number.isFinite(part))) return null;
  const value = parts[0] + parts[1] / 60 + parts[2] / 3600;
  return /^[SW]/.test(reference) ? -value : value;
}

/** Return {taken_at, lon, lat} as the camera wrote them; null for what it did not write. */
export function exifOf(bytes) {
  const found = { taken_at: null, lon: null, lat: null };
  const segment = exifSegment(bytes);
  const top = segment && root(bytes, segment);
  if (!top) return found;
  const inner = new Directory(top.view, top.directory.number(TAGS.exif) ?? 0, top.little);
  found.taken_at = moment(inner.text(TAGS.taken), inner.text(TAGS.offset));
  const gps = new Directory(top.view, top.directory.number(TAGS.gps) ?? 0, top.little);
  const lat = degrees(gps.rationals(GPS.lat), gps.text(GPS.latRef));
  const lon = degrees(gps.rationals(GPS.lon), gps.text(GPS.lonRef));
  if (lat !== null && lon !== null && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat || lon)) {
    Object.assign(found, { lon, lat });
  }
  return found;
}

/** Return the Exif segment of *original* with its orientation set to upright, null where there is none. */
function uprightSegment(original) {
  const segment = exifSegment(original);
  if (!segment) return null;
  const copy = original.slice(segment.start, segment.end);
  const top = root(copy, { start: 0, end: copy.length });
  const value = top?.directory.value(TAGS.orientation);
  if (value && value.type === 3) top.view.setUint16(value.at, 1, top.little);
  return copy;
}

/** Return the JPEG *smaller* with the Exif block of *original* in it; the pixels are upright already. */
export function withExifOf(original, smaller) {
  const block = uprightSegment(original);
  if (!block) return smaller;
  const own = exifSegment(smaller);
  const rest = own ? [smaller.subarray(2, own.start), smaller.subarray(own.end)] : [smaller.subarray(2)];
  const whole = new Uint8Array(2 + block.length + rest.reduce((size, part) => size + part.length, 0));
  whole.set(smaller.subarray(0, 2), 0);
  whole.set(block, 2);
  let at = 2 + block.length;
  for (const part of rest) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
