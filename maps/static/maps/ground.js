/* The base map: our own units with their names, out of vector tiles, and the labels the deployment asks for. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const PROVINCES_NAMED_BELOW = 9;
  /* pixels by which the areas of two tiles overlap, so that no line shows between them */
  const SEAM = 1;
  const asker = document.createElement("canvas").getContext("2d");

  /* An area of a tile as a path in units of the tile. */
  function pathOf(feature) {
    const path = new Path2D();
    feature.parts.forEach((run) => {
      path.moveTo(run[0], run[1]);
      for (let i = 2; i < run.length; i += 2) path.lineTo(run[i], run[i + 1]);
      path.closePath();
    });
    return path;
  }

  function unitOf(feature) {
    const p = feature.p;
    const at = p.label_lon === undefined ? null : [p.label_lon, p.label_lat];
    return { code: p.code, level: p.level, name: p.name, population: p.population || 0, own: Boolean(p.own), at: at, path: pathOf(feature) };
  }

  Sotram.Ground = class {
    /* settings: {url of the tiles, labels: [{text, lon, lat, zooms}]} */
    constructor(map, settings, colours) {
      this.map = map;
      this.labels = settings.labels || [];
      this.colours = colours;
      this.units = [];
      this.selected = new Set();
      this.taken = new Set();
      this.avoid = [];
      this.shown = true;
      /* true where a background of the deployment lies below: then areas are not filled */
      this.bare = Boolean(settings.bare) && map.getContainer().dataset.background !== "failed";
      map.once("backgroundfailed", () => this.setBare(false));
      if (this.bare) map.eachLayer((layer) => this.follow(layer));
      /* code → class of a choropleth, 0 the worst, null hatched; null: no choropleth */
      this.shades = null;
      this.onload = null;
      this.tiles = new Sotram.Tiles(settings.url, (features) => features.map(unitOf), (tile) => this.arrived(tile));
      this.areas = Sotram.addBoard(map, "ground", 250, SEAM, (ctx, cell) => this.paintAreas(ctx, cell), (key) => this.tiles.isSettled(key));
      this.names = Sotram.addCanvas(map, "names", 450, (ctx, bounds) => this.paintNames(ctx, bounds));
      this.redraw = Sotram.soon(() => { this.areas.redraw(); this.names.redraw(); });
      this.gather = Sotram.soon(() => this.gathered());
      this.areas.on("laid", () => this.load());
      this.load();
    }

    /* Our own units are filled as long as no image of the deployment's background comes. */
    follow(layer) {
      if (!(layer instanceof L.TileLayer)) return;
      let hasCome = false;
      layer.on("tileload", () => { hasCome = true; this.setBare(true); });
      layer.on("tileerror", () => { if (!hasCome) this.setBare(false); });
    }

    setBare(isBare) {
      if (this.bare === isBare) return;
      this.bare = isBare;
      this.redraw();
    }

    /* The boundaries as they were on a day ("" for today). */
    setDay(day) {
      if (this.tiles.setQuery(day ? "as_of=" + day : "")) this.load();
    }

    /* Whether every tile of the view is there and drawn. */
    get isSettled() {
      return this.areas.tiles().every((tile) => this.tiles.isSettled(tile.key)) && this.areas.isIdle() && this.names.isIdle();
    }

    load() {
      const wanted = this.areas.tiles();
      this.tiles.want(wanted);
      this.gather();
    }

    arrived(tile) {
      this.areas.redraw(tile.key);
      this.gather();
    }

    /* The units of all tiles of the view, each once: provinces first, then by population. */
    gathered() {
      const found = new Map();
      this.areas.tiles().forEach((tile) => (this.tiles.of(tile.key) || []).forEach((unit) => found.set(unit.code, unit)));
      this.units = [...found.values()].sort((a, b) => (a.level === b.level ? b.population - a.population : a.level < b.level ? 1 : -1));
      this.names.redraw();
      if (this.onload) this.onload(this.units);
    }

    /* --- areas --------------------------------------------------------------------------------------------------- */

    paintAreas(ctx, cell) {
      const units = this.tiles.of(cell.key);
      if (!units) return;
      const c = this.colours;
      const scale = cell.side / Sotram.EXTENT;
      const line = (unit, colour, width) => { ctx.strokeStyle = colour; ctx.lineWidth = width / scale; ctx.stroke(unit.path); };
      const provinces = units.filter((unit) => unit.level === "province");
      const communes = units.filter((unit) => unit.level !== "province");
      ctx.save();
      ctx.beginPath();
      ctx.rect(-SEAM, -SEAM, cell.side + 2 * SEAM, cell.side + 2 * SEAM);
      ctx.clip();
      ctx.scale(scale, scale);
      ctx.lineJoin = "round";
      provinces.forEach((unit) => {
        if (!this.bare) { ctx.fillStyle = unit.own ? c.own : c.land; ctx.fill(unit.path, "evenodd"); }
        line(unit, c.line, 0.8);
      });
      communes.forEach((unit) => {
        const ground = this.fillOf(ctx, unit, scale);
        if (ground) { ctx.fillStyle = ground; ctx.fill(unit.path, "evenodd"); }
        if (this.shown) line(unit, c.line, 0.9);
      });
      provinces.filter((unit) => unit.own).forEach((unit) => line(unit, c["line-own"], 1.6));
      communes.filter((unit) => this.selected.has(unit.code)).forEach((unit) => line(unit, c.accent, 1.8));
      ctx.restore();
    }

    fillOf(ctx, unit, scale) {
      const c = this.colours;
      if (this.shades && this.shades.has(unit.code)) {
        const step = this.shades.get(unit.code);
        if (step !== null) return c.ramp[step];
        const hatching = Sotram.hatching(ctx, c);
        hatching.setTransform(new DOMMatrix().scale(1 / scale));
        return hatching;
      }
      if (this.bare) return null;
      return this.selected.size && !this.selected.has(unit.code) ? c.land : c.own;
    }

    /* The commune under a place, else the province. */
    unitAt(latlng) {
      const spot = Sotram.tileAt(latlng, Sotram.tileZoom(this.map.getZoom()));
      const found = (this.tiles.of(spot.key) || []).filter((unit) => asker.isPointInPath(unit.path, spot.inX, spot.inY, "evenodd"));
      return found.find((unit) => unit.level !== "province") || found[0] || null;
    }

    /* --- names --------------------------------------------------------------------------------------------------- */

    *paintNames(ctx, bounds) {
      const zoom = this.map.getZoom();
      const placed = new Sotram.Boxes(this.avoid);
      for (const label of this.labels) {
        if (zoom >= label.zooms[0] && zoom <= label.zooms[1]) this.label(ctx, label.text, label.lon, label.lat, 600, 12, placed, true);
      }
      const level = zoom < PROVINCES_NAMED_BELOW ? "province" : "commune";
      if (!this.shown) return;
      for (const unit of this.units) {
        if (unit.level !== level || !unit.at || this.taken.has(unit.code) || !bounds.contains(this.map.latLngToLayerPoint([unit.at[1], unit.at[0]]))) continue;
        yield;
        const strong = this.selected.has(unit.code) || (level === "province" && unit.own);
        this.label(ctx, unit.name, unit.at[0], unit.at[1], strong ? 650 : 500, strong ? 13 : 12, placed, strong);
      }
    }

    /* Draw a name unless it would lie on another one; one that must be seen is drawn all the same. */
    label(ctx, text, lon, lat, weight, size, placed, must) {
      const point = this.map.latLngToLayerPoint([lat, lon]);
      const lines = text.split("\n");
      ctx.font = weight + " " + size + "px " + this.colours.font;
      const half = Math.max(...lines.map((line) => Sotram.widthOf(ctx, line))) / 2 + 3;
      const box = { x: point.x, y: point.y, half: half, tall: (lines.length * (size + 5)) / 2 };
      if (!must && placed.find(box)) return;
      placed.add(box, true);
      lines.forEach((line, i) => {
        Sotram.drawText(ctx, line, point.x, point.y + (i - (lines.length - 1) / 2) * (size + 5), this.colours, weight, size);
      });
    }
  };
})();
