/* A layer that is drawn out of vector tiles: its things become features as those of the other layers are, cells of the
   grid (counts from afar) become counts. What lies in the margin of a tile belongs to the tile beside it. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const AROUND = 0.1;
  /* below this zoom things are counted by commune, below the other by province */
  const SINGLE_FROM = 11;
  const COMMUNES_FROM = 9;
  const SOON_DAYS = 180;

  function onGlobe(tile, x, y) {
    const side = 2 ** tile.z;
    const at = Sotram.fromPlane((tile.x + x / Sotram.EXTENT) / side, (tile.y + y / Sotram.EXTENT) / side);
    return [at.lng, at.lat];
  }

  const isOwn = (feature) => feature.x >= 0 && feature.y >= 0 && feature.x < Sotram.EXTENT && feature.y < Sotram.EXTENT;

  /* Whether a permit has expired on a day, or soon will. */
  function expiryOf(expires, today) {
    if (!expires) return "never";
    const days = (Date.parse(expires) - Date.parse(today)) / 86400000;
    return days < 0 ? "expired" : days <= SOON_DAYS ? "soon" : "later";
  }

  function featuresOf(layer, found, tile) {
    const features = [];
    found.forEach((one) => {
      if (one.kind === Sotram.KIND.line) {
        one.parts.forEach((part) => {
          const run = [];
          for (let i = 0; i < part.length; i += 2) run.push(onGlobe(tile, part[i], part[i + 1]));
          features.push({ id: one.id, geometry: { type: "LineString", coordinates: run }, properties: dress(layer, one.p) });
        });
      } else if (isOwn(one)) {
        features.push({ id: one.id, geometry: { type: "Point", coordinates: onGlobe(tile, one.x, one.y) }, properties: one.p.n === undefined ? dress(layer, one.p) : one.p });
      }
    });
    return features;
  }

  /* What the symbols and the sheet want to know, out of what a tile says. */
  function dress(layer, p) {
    const dressed = { ...p, ref: p.number || p.code || "", name: p.name || p.text || p.number || p.code || "" };
    if (layer.name === "permits") dressed.expiry = expiryOf(p.expires, layer.today);
    if (layer.name === "links") Object.assign(dressed, { weak: p.medium !== "fibre", name: [p.from, p.to].filter(Boolean).join(" – ") || p.code });
    return dressed;
  }

  Sotram.TileLayer = class {
    /* ground: knows where units lie, so that counts stand in them */
    constructor(layer, map, ground) {
      this.layer = layer;
      this.map = map;
      this.ground = ground;
      this.byUnit = null;
      this.tiles = new Sotram.Tiles(layer.tiles, (found, tile) => featuresOf(layer, found, tile), () => {});
    }

    async load(query) {
      const zoom = this.map.getZoom();
      if (this.layer.units && zoom < SINGLE_FROM) {
        await this.count(query, zoom < COMMUNES_FROM ? "province" : "commune");
        return;
      }
      this.layer.grouped = null;
      this.tiles.setQuery(query);
      await this.tiles.want(this.wanted());
      /* the map may have moved on meanwhile */
      if (this.layer.grouped) return;
      this.layer.failed = this.tiles.failed;
      this.layer.features = this.wanted().flatMap((tile) => this.tiles.of(tile.key) || []);
    }

    wanted() {
      return Sotram.tilesOf(this.map.getBounds().pad(AROUND), Sotram.tileZoom(this.map.getZoom()));
    }

    async count(query, level) {
      const address = `${this.layer.units}?level=${level}${query ? "&" + query : ""}`;
      if (this.counted !== address) {
        try {
          const answer = await fetch(address);
          if (!answer.ok) throw new Error(String(answer.status));
          this.byUnit = (await answer.json()).units;
          this.counted = address;
          this.layer.failed = false;
        } catch {
          this.layer.failed = true;
          return;
        }
      }
      this.layer.grouped = level;
      this.place();
    }

    /* Counts stand where their units lie; units come with the base map. */
    place() {
      if (!this.layer.grouped || !this.byUnit) return;
      this.layer.features = this.ground.units.filter((unit) => unit.at && this.byUnit[unit.code]).map((unit) => ({
        geometry: { type: "Point", coordinates: unit.at }, properties: { unit: unit.code, name: unit.name, n: this.byUnit[unit.code].n },
      }));
    }
  };
})();
