// Positions on the ground: distances and directions between two points, near enough for people on foot.

const EARTH_M = 6_371_008.8;
const rad = (degrees) => (degrees * Math.PI) / 180;

/** Return the metres between two points {lon, lat}, null where one has no position. */
export function metresBetween(a, b) {
  if (!a || !b || a.lon === null || b.lon === null || a.lon === undefined || b.lon === undefined) return null;
  const up = Math.sin(rad(b.lat - a.lat) / 2) ** 2;
  const across = Math.sin(rad(b.lon - a.lon) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(up + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * across));
}

/** Return the direction from *a* to *b* as one of eight, clockwise from north (0). */
export function octant(a, b) {
  const y = Math.sin(rad(b.lon - a.lon)) * Math.cos(rad(b.lat));
  const x = Math.cos(rad(a.lat)) * Math.sin(rad(b.lat))
    - Math.sin(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.cos(rad(b.lon - a.lon));
  return Math.round((((Math.atan2(y, x) * 180) / Math.PI + 360) % 360) / 45) % 8;
}

/** Return the box [west, south, east, north] around *points*, wider by *margin* metres on each side. */
export function boxAround(points, margin) {
  const placed = points.filter((point) => Number.isFinite(point?.lon) && Number.isFinite(point?.lat));
  if (!placed.length) return null;
  const lats = placed.map((point) => point.lat);
  const lons = placed.map((point) => point.lon);
  const up = margin / 111_320;
  const across = up / Math.max(0.05, Math.cos(rad(Math.max(...lats.map(Math.abs)))));
  return [
    Math.min(...lons) - across, Math.min(...lats) - up, Math.max(...lons) + across, Math.max(...lats) + up,
  ].map((value) => Math.round(value * 1e5) / 1e5);
}
