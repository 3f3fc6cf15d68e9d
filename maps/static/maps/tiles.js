/* The vector tiles of one layer: those that a view needs are fetched from the middle outwards and kept while useful. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const MOST_KEPT = 160;
  /* tiles that are asked for at a time */
  const AT_ONCE = 8;
  const MOST_ZOOM = 18;
  /* From this zoom on things are drawn one by one; its own tiles are drawn at half the size. */
  const SINGLE_FROM = 11;

  /* The zoom of the tiles for a zoom of the map: a tile is drawn 512 pixels wide, more or less. */
  Sotram.tileZoom = function (zoom) {
    const whole = Math.floor(zoom);
    return Math.max(Math.min(whole === SINGLE_FROM ? whole : whole - 1, MOST_ZOOM), 0);
  };

  /* A place as shares of the whole plane, from the west and from the north. */
  Sotram.plane = function (lon, lat) {
    const sine = Math.sin((Math.max(Math.min(lat, 85.05), -85.05) * Math.PI) / 180);
    return [(lon + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
  };

  /* A share of the plane as a place. */
  Sotram.fromPlane = function (x, y) {
    return L.latLng((Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, x * 360 - 180);
  };

  /* The tiles of zoom z that cover bounds, the middle first. */
  Sotram.tilesOf = function (bounds, z) {
    const side = 2 ** z;
    const clamp = (share) => Math.max(0, Math.min(Math.floor(share * side), side - 1));
    const [west, north] = Sotram.plane(bounds.getWest(), bounds.getNorth()).map(clamp);
    const [east, south] = Sotram.plane(bounds.getEast(), bounds.getSouth()).map(clamp);
    const found = [];
    for (let x = west; x <= east; x += 1) {
      for (let y = north; y <= south; y += 1) found.push({ z: z, x: x, y: y, key: `${z}/${x}/${y}` });
    }
    const [cx, cy] = [(west + east) / 2, (north + south) / 2];
    return found.sort((a, b) => Math.hypot(a.x - cx, a.y - cy) - Math.hypot(b.x - cx, b.y - cy));
  };

  /* The tile of zoom z under a place, and where in it the place lies. */
  Sotram.tileAt = function (latlng, z) {
    const side = 2 ** z;
    const [px, py] = Sotram.plane(latlng.lng, latlng.lat);
    const [x, y] = [px, py].map((share) => Math.max(0, Math.min(Math.floor(share * side), side - 1)));
    return { z: z, x: x, y: y, key: `${z}/${x}/${y}`, inX: (px * side - x) * Sotram.EXTENT, inY: (py * side - y) * Sotram.EXTENT };
  };

  Sotram.Tiles = class {
    /* address: "/tiles/x/{z}/{x}/{y}.mvt"; made(features, tile) → what is kept; arrived(tile) is told of each */
    constructor(address, made, arrived) {
      this.address = address;
      this.made = made;
      this.arrived = arrived;
      this.query = "";
      this.kept = new Map();
      this.pending = new Map();
      this.waiting = [];
      this.watchers = [];
      this.broken = new Set();
    }

    get failed() {
      return this.broken.size > 0;
    }

    /* True if the question is another one: nothing of the old answers is kept. */
    setQuery(query) {
      if (query === this.query) return false;
      this.query = query;
      this.forget();
      return true;
    }

    forget() {
      this.pending.forEach((stop) => stop.abort());
      this.pending.clear();
      this.waiting = [];
      this.kept.clear();
      this.broken.clear();
    }

    /* Whether nothing more is to come for a tile: it is there, or could not be had. */
    isSettled(key) {
      return this.kept.has(key) || this.broken.has(key);
    }

    /* What is kept of a tile, undefined while it is not there. */
    of(key) {
      return this.kept.get(key);
    }

    /* Ask for the tiles that are not there; give up those that are no longer wanted. Resolves when all are settled that
       are wanted by then. */
    want(tiles) {
      const keys = new Set(tiles.map((tile) => tile.key));
      this.broken.clear();
      this.pending.forEach((stop, key) => { if (!keys.has(key)) { stop.abort(); this.pending.delete(key); } });
      this.spare(keys);
      this.waiting = tiles.filter((tile) => !this.kept.has(tile.key) && !this.pending.has(tile.key));
      const settled = new Promise((done) => { this.watchers.push(done); });
      this.next();
      return settled;
    }

    next() {
      while (this.waiting.length && this.pending.size < AT_ONCE) this.fetch(this.waiting.shift());
      if (!this.pending.size) this.watchers.splice(0).forEach((done) => done());
    }

    async fetch(tile) {
      const stop = new AbortController();
      this.pending.set(tile.key, stop);
      const address = this.address.replace("{z}", tile.z).replace("{x}", tile.x).replace("{y}", tile.y);
      try {
        const answer = await fetch(this.query ? `${address}?${this.query}` : address, { signal: stop.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        const body = answer.status === 204 ? new ArrayBuffer(0) : await answer.arrayBuffer();
        if (this.pending.get(tile.key) !== stop) return;
        this.kept.set(tile.key, this.made(Sotram.readTile(body), tile));
      } catch (error) {
        if (error.name === "AbortError" || this.pending.get(tile.key) !== stop) return;
        this.broken.add(tile.key);
      }
      this.pending.delete(tile.key);
      this.arrived(tile);
      this.next();
    }

    spare(keys) {
      if (this.kept.size <= MOST_KEPT) return;
      for (const key of this.kept.keys()) {
        if (this.kept.size <= MOST_KEPT / 2) break;
        if (!keys.has(key)) this.kept.delete(key);
      }
    }
  };
})();
