// Takes the day's work along: the package, the surroundings of the tasks, and tiles of the office's base map if there is one.
import { boxAround } from "./places.js";

const MARGIN_M = 2_500;
export const TILES_CACHE = "sotram-field-tiles";
const TILES_MOST = 1_500;
const TILE_ZOOMS = [12, 13, 14, 15, 16];
// Round each task so many tiles to each side, at the nearest zooms.
const TILE_REACH = { 12: 0, 13: 0, 14: 1, 15: 1, 16: 1 };

/** Points of everything in the register that the tasks stand at. */
function pointsOf(value) {
  return [...value.register.installations, ...value.register.sites];
}

/** Fetch the package; return {changed, value, etag}. Throws Failure. */
export async function packageFetched(server, kept) {
  const { status, value, etag } = await server.package(kept?.etag);
  if (status === 304) return { changed: false, value: kept.value, etag: kept.etag };
  return { changed: true, value, etag };
}

// As wide and high as the server gives a box, in degrees.
const SIDE_MOST = 1.5;

/** The box around the tasks, and around the place where the phone is, unless that is too far off. */
function boxOf(value, here) {
  const box = boxAround([...pointsOf(value), here], MARGIN_M);
  const fits = box && box[2] - box[0] <= SIDE_MOST && box[3] - box[1] <= SIDE_MOST;
  return fits ? box : boxAround(pointsOf(value), MARGIN_M);
}

/** Fetch what lies around the tasks and the phone: other sites, units, routes. Null where there is no place. */
export async function surroundingsFetched(server, value, here) {
  const box = boxOf(value, here);
  if (!box) return null;
  const answer = await server.surroundings(box);
  return { box, ...answer.value };
}

/** Tell whether a place lies in the box of what was fetched. */
export function isAround({ box }, { lon, lat }) {
  return box[0] <= lon && lon <= box[2] && box[1] <= lat && lat <= box[3];
}

function tileAt(lon, lat, zoom) {
  const count = 2 ** zoom;
  const y = (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
  return [Math.floor(((lon + 180) / 360) * count), Math.floor(y * count)];
}

/** Return the addresses of the tiles around *points*, coarse ones first, at most TILES_MOST. */
export function tilesAround(points, template) {
  const found = new Set();
  for (const zoom of TILE_ZOOMS) {
    for (const point of points) {
      if (!Number.isFinite(point.lon) || !Number.isFinite(point.lat)) continue;
      const [x, y] = tileAt(point.lon, point.lat, zoom);
      const reach = TILE_REACH[zoom];
      for (let dx = -reach; dx <= reach; dx += 1) {
        for (let dy = -reach; dy <= reach; dy += 1) {
          found.add(template.replace("{z}", zoom).replace("{x}", x + dx).replace("{y}", y + dy));
        }
      }
    }
  }
  return [...found].slice(0, TILES_MOST);
}

/** Keep the tiles of the base map for the places of the package; a tile that cannot be had is left out. */
export async function tilesKept(value, template, told = () => {}) {
  if (!template || !("caches" in window)) return;
  const cache = await caches.open(TILES_CACHE);
  const wanted = tilesAround(pointsOf(value), template);
  const kept = new Set((await cache.keys()).map((request) => request.url));
  const missing = wanted.filter((url) => !kept.has(new URL(url, location.href).href));
  for (const [index, url] of missing.entries()) {
    try {
      const tile = await fetch(url, { mode: "cors", credentials: "omit" });
      if (tile.ok) await cache.put(url, tile);
    } catch {
      if (!navigator.onLine) return;
    }
    told(index + 1, missing.length);
  }
}
