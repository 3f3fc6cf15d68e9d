// Pauses, places, the vault and the camera's Exif block.
import assert from "node:assert/strict";
import test from "node:test";
import { base64url, fromBase64url, utf8 } from "../../../inspections/static/inspections/field/digests.js";
import { exifOf, exifSegment, withExifOf } from "../../../inspections/static/inspections/field/exif.js";
import { FIRST_MS, LONGEST_MS, pauseAfter, retryAfterMs } from "../../../inspections/static/inspections/field/pauses.js";
import { isApple, wayTo } from "../../../inspections/static/inspections/field/phones.js";
import { boxAround, metresBetween, octant } from "../../../inspections/static/inspections/field/places.js";
import { Damaged, WrongSecret, lockChanged, opened, pinLock, sealed, vaultMade, vaultOpened } from "../../../inspections/static/inspections/field/vault.js";

test("pauses double, are spread, end at five minutes and respect the server", () => {
  assert.equal(pauseAfter(1, 0, 0), FIRST_MS / 2);
  assert.equal(pauseAfter(1, 0, 0.999999), FIRST_MS);
  assert.equal(pauseAfter(4, 0, 0), FIRST_MS * 4);
  assert.equal(pauseAfter(60, 0, 0.999999), LONGEST_MS);
  assert.equal(pauseAfter(1, 90_000, 0.5), 90_000);
  assert.equal(retryAfterMs("120"), 120_000);
  assert.equal(retryAfterMs("Thu, 01 Jan 1970 00:01:00 GMT", 0), 60_000);
  assert.equal(retryAfterMs("tomorrow"), 0);
  assert.equal(retryAfterMs(null), 0);
});

test("distances and directions are those of the ground", () => {
  const here = { lon: 106.0, lat: 20.6 };
  assert.ok(Math.abs(metresBetween(here, { lon: 106.0, lat: 20.601 }) - 111.2) < 0.2);
  assert.ok(Math.abs(metresBetween(here, { lon: 106.001, lat: 20.6 }) - 104.1) < 0.2);
  assert.equal(metresBetween(here, { lon: null, lat: null }), null);
  assert.equal(metresBetween(null, here), null);
  assert.equal(octant(here, { lon: 106.1, lat: 20.6 }), 2);
  assert.equal(octant(here, { lon: 105.9, lat: 20.5 }), 5);
  const [west, south, east, north] = boxAround([here, { lon: 106.2, lat: 20.7 }, { lon: null }], 1000);
  assert.ok(west < 105.991 && west > 105.99 && south < 20.5911 && east > 106.209 && north > 20.7089);
  assert.equal(boxAround([], 1000), null);
});

test("each make of phone is asked for the way in its own words", () => {
  const place = { lon: 106.0512, lat: 20.6467 };
  const on = (navigator) => Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  on({ userAgent: "Mozilla/5.0 (Linux; Android 10; K) Chrome/130", platform: "Linux armv8l", maxTouchPoints: 5 });
  assert.equal(wayTo(place, "Cột 1"), "geo:20.6467,106.0512?q=20.6467,106.0512(C%E1%BB%99t%201)");
  on({ userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)", platform: "iPhone", maxTouchPoints: 5 });
  assert.equal(wayTo(place, "Cột 1"), "maps:?daddr=20.6467,106.0512");
  on({ userAgent: "Mozilla/5.0 (Macintosh)", platform: "MacIntel", maxTouchPoints: 5 });
  assert.ok(isApple());
  on({ userAgent: "Mozilla/5.0 (Macintosh)", platform: "MacIntel", maxTouchPoints: 0 });
  assert.ok(!isApple());
  if (before) Object.defineProperty(globalThis, "navigator", before);
  else delete globalThis.navigator;
});

test("the vault opens with its password only, and keeps each thing in its place", async () => {
  const { lock, key } = await vaultMade("mật khẩu dài", 1000);
  const kept = await sealed(key, utf8("nháp"), "inspector/visit/1");
  const again = await vaultOpened(lock, "mật khẩu dài".normalize("NFD"));
  assert.equal(new TextDecoder().decode(await opened(again, kept, "inspector/visit/1")), "nháp");
  await assert.rejects(vaultOpened(lock, "mat khau dai"), WrongSecret);
  await assert.rejects(opened(again, kept, "inspector/visit/2"), Damaged);
  const altered = new Uint8Array(kept.data);
  altered[0] ^= 1;
  await assert.rejects(opened(again, { iv: kept.iv, data: altered }, "inspector/visit/1"), Damaged);
  await assert.rejects(crypto.subtle.exportKey("raw", again), "the opened key cannot be read out");
});

test("another password and a PIN open the same vault; the old password no longer does", async () => {
  const { lock, key } = await vaultMade("first", 1000);
  const kept = await sealed(key, utf8("x"), "p");
  const changed = await lockChanged(lock, "first", "second", 1000);
  await assert.rejects(vaultOpened(changed, "first"), WrongSecret);
  assert.equal((await opened(await vaultOpened(changed, "second"), kept, "p")).length, 1);
  const pin = await pinLock(changed, "second", "482913");
  assert.equal((await opened(await vaultOpened(pin, "482913"), kept, "p")).length, 1);
  await assert.rejects(pinLock(changed, "first", "482913"), WrongSecret);
});

/** A JPEG without pixels: SOI, Exif (big or little end first), a comment, EOI. */
function picture({ little = true, orientation = 6 } = {}) {
  const tiff = new DataView(new ArrayBuffer(220));
  const u16 = (at, value) => tiff.setUint16(at, value, little);
  const u32 = (at, value) => tiff.setUint32(at, value, little);
  const entry = (at, tag, type, count, value, small = false) => {
    u16(at, tag); u16(at + 2, type); u32(at + 4, count);
    if (small) u16(at + 8, value); else u32(at + 8, value);
  };
  const text = (at, value) => [...value].forEach((letter, i) => tiff.setUint8(at + i, letter.charCodeAt(0)));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d); u16(2, 42); u32(4, 8);
  u16(8, 3); entry(10, 0x0112, 3, 1, orientation, true); entry(22, 0x8769, 4, 1, 50); entry(34, 0x8825, 4, 1, 80);
  u16(50, 2); entry(52, 0x9003, 2, 20, 140); entry(64, 0x9011, 2, 7, 160);
  u16(80, 4); entry(82, 1, 2, 2, 0); text(90, "S"); entry(94, 2, 5, 3, 168); entry(106, 3, 2, 2, 0); text(114, "E"); entry(118, 4, 5, 3, 192);
  text(140, "2026:11:20 08:30:15"); text(160, "+07:00");
  [20, 1, 30, 1, 36, 1].forEach((value, i) => u32(168 + i * 4, value));
  [106, 1, 15, 1, 0, 1].forEach((value, i) => u32(192 + i * 4, value));
  const exif = new Uint8Array([0xff, 0xe1, 0, 228, 0x45, 0x78, 0x69, 0x66, 0, 0, ...new Uint8Array(tiff.buffer)]);
  return new Uint8Array([0xff, 0xd8, ...exif, 0xff, 0xfe, 0, 4, 1, 2, 0xff, 0xd9]);
}

test("time and position are read as the camera wrote them, either end first", () => {
  for (const little of [true, false]) {
    const found = exifOf(picture({ little }));
    assert.equal(found.taken_at, "2026-11-20T01:30:15.000Z");
    assert.ok(Math.abs(found.lat + 20.51) < 1e-9 && Math.abs(found.lon - 106.25) < 1e-9);
  }
});

test("the smaller picture carries the camera's block, upright", () => {
  const original = picture();
  const smaller = new Uint8Array([0xff, 0xd8, 0xff, 0xfe, 0, 3, 9, 0xff, 0xd9]);
  const whole = withExifOf(original, smaller);
  const segment = exifSegment(whole);
  assert.equal(segment.start, 2);
  assert.deepEqual(exifOf(whole), exifOf(original));
  assert.deepEqual([...whole.subarray(segment.end)], [...smaller.subarray(2)]);
  assert.equal(whole[segment.start + 10 + 18], 1);
  assert.equal(original[exifSegment(original).start + 10 + 18], 6, "the original stays as it was");
  assert.equal(withExifOf(smaller, smaller), smaller);
  assert.equal(exifSegment(withExifOf(original, whole)).end, segment.end, "one block, not two");
});

test("a damaged block is no reason to lose a photo", () => {
  const whole = picture();
  for (let cut = 0; cut < whole.length; cut += 1) {
    const found = exifOf(whole.subarray(0, cut));
    assert.ok("taken_at" in found);
  }
  for (let at = 2; at < 60; at += 1) {
    const altered = picture();
    altered[at] = 0xff;
    assert.ok("lon" in exifOf(altered));
  }
  assert.deepEqual(exifOf(new Uint8Array([1, 2, 3])), { taken_at: null, lon: null, lat: null });
});

test("base64url goes there and back", () => {
  const bytes = new Uint8Array([251, 255, 0, 1, 2]);
  assert.equal(base64url(bytes), "-_8AAQI");
  assert.deepEqual(fromBase64url("-_8AAQI"), bytes);
});
