/* The base map: our own units with their names, and the labels the deployment asks for. No tile of anybody else is needed. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});

  /* Decode a ring of [lon, lat, lon, lat, …] once; points are projected at each drawing. */
  function rings(geometry) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return polygons.flat();
  }

  function box(ring) {
    let west = 180, south = 90, east = -180, north = -90;
    ring.forEach((p) => {
      west = Math.min(west, p[0]); east = Math.max(east, p[0]);
      south = Math.min(south, p[1]); north = Math.max(north, p[1]);
    });
    return [west, south, east, north];
  }

  function holds(points, x, y) {
    let odd = false;
    for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
      const [ax, ay] = points[i];
      const [bx, by] = points[j];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
    }
    return odd;
  }

  Sotram.Ground = class {
    /* settings: {url, labels: [{text, lon, lat, zooms}], colours} */
    constructor(map, settings, colours) {
      this.map = map;
      this.url = settings.url;
      this.labels = settings.labels || [];
      this.colours = colours;
      this.units = [];
      this.selected = new Set();
      this.taken = new Set();
      this.avoid = [];
      this.shown = true;
      /* code → class of a choropleth, 0 the worst, null hatched; null: no choropleth */
      this.shades = null;
      this.onload = null;
      this.areas = Sotram.addCanvas(map, "ground", 250, (ctx) => this.paintAreas(ctx));
      this.names = Sotram.addCanvas(map, "names", 450, (ctx) => this.paintNames(ctx));
      this.redraw = Sotram.soon(() => { this.areas.redraw(); this.names.redraw(); });
      map.on("moveend", () => this.load());
      this.load();
    }

    async load() {
      const asked = Sotram.askedBox(this.map);
      const zoom = Math.floor(this.map.getZoom());
      const view = this.map.getBounds();
      const inner = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
      if (this.zoom === zoom && Sotram.contains(this.box, inner)) return;
      if (this.pending) this.pending.abort();
      const pending = (this.pending = new AbortController());
      try {
        const answer = await fetch(this.url + "?bbox=" + asked.join(",") + "&zoom=" + zoom, {
          signal: pending.signal, headers: { Accept: "application/geo+json" },
        });
        if (!answer.ok) return;
        const collection = await answer.json();
        this.box = asked;
        this.zoom = zoom;
        this.units = collection.features.map((feature) => ({
          ...feature.properties,
          rings: rings(feature.geometry).map((ring) => ({ points: ring, box: box(ring) })),
        }));
        this.units.sort((a, b) => (a.level === b.level ? (b.population || 0) - (a.population || 0) : a.level < b.level ? 1 : -1));
        this.redraw();
        if (this.onload) this.onload(this.units);
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    }

    trace(ctx, unit, view) {
      ctx.beginPath();
      unit.rings.forEach((ring) => {
        if (ring.box[0] > view[2] || ring.box[2] < view[0] || ring.box[1] > view[3] || ring.box[3] < view[1]) return;
        ring.points.forEach((p, i) => {
          const point = this.map.latLngToLayerPoint([p[1], p[0]]);
          if (i) ctx.lineTo(point.x, point.y);
          else ctx.moveTo(point.x, point.y);
        });
        ctx.closePath();
      });
    }

    paintAreas(ctx) {
      const c = this.colours;
      const bounds = this.map.getBounds().pad(0.6);
      const view = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
      const provinces = this.units.filter((unit) => unit.level === "province");
      const communes = this.shown ? this.units.filter((unit) => unit.level !== "province") : [];
      ctx.lineJoin = "round";
      provinces.forEach((unit) => {
        this.trace(ctx, unit, view);
        ctx.fillStyle = unit.own ? c.own : c.land;
        ctx.fill("evenodd");
        ctx.strokeStyle = c.line;
        ctx.lineWidth = 0.8;
        ctx.stroke();
      });
      communes.forEach((unit) => {
        this.trace(ctx, unit, view);
        ctx.fillStyle = this.fillOf(ctx, unit);
        ctx.fill("evenodd");
        ctx.strokeStyle = c.line;
        ctx.lineWidth = 0.9;
        ctx.stroke();
      });
      provinces.filter((unit) => unit.own).forEach((unit) => this.outline(ctx, unit, view, c["line-own"], 1.6));
      communes.filter((unit) => this.selected.has(unit.code)).forEach((unit) => this.outline(ctx, unit, view, c.accent, 1.6));
    }

    fillOf(ctx, unit) {
      const c = this.colours;
      if (this.shades && this.shades.has(unit.code)) {
        const step = this.shades.get(unit.code);
        return step === null ? Sotram.hatching(ctx, c) : c.ramp[step];
      }
      return this.selected.size && !this.selected.has(unit.code) ? c.land : c.own;
    }

    /* The commune under a place, else the province. */
    unitAt(latlng) {
      const inside = (unit) => unit.rings.filter((ring) => ring.box[0] <= latlng.lng && latlng.lng <= ring.box[2] && ring.box[1] <= latlng.lat && latlng.lat <= ring.box[3])
        .filter((ring) => holds(ring.points, latlng.lng, latlng.lat)).length % 2 === 1;
      const found = this.units.filter(inside);
      return found.find((unit) => unit.level !== "province") || found[0] || null;
    }

    outline(ctx, unit, view, colour, width) {
      this.trace(ctx, unit, view);
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.stroke();
    }

    paintNames(ctx) {
      const zoom = this.map.getZoom();
      const placed = [];
      this.labels.filter((label) => zoom >= label.zooms[0] && zoom <= label.zooms[1])
        .forEach((label) => this.label(ctx, label.text, label.lon, label.lat, 600, 12, placed, true));
      const level = zoom < 9 ? "province" : "commune";
      if (!this.shown) return;
      this.units.filter((unit) => unit.level === level && !this.taken.has(unit.code) && unit.at).forEach((unit) => {
        const strong = this.selected.has(unit.code) || (level === "province" && unit.own);
        this.label(ctx, unit.name, unit.at[0], unit.at[1], strong ? 650 : 500, strong ? 13 : 12, placed, strong);
      });
    }

    /* Draw a name unless it would lie on another one; one that must be seen is drawn all the same. */
    label(ctx, text, lon, lat, weight, size, placed, must) {
      const point = this.map.latLngToLayerPoint([lat, lon]);
      const lines = text.split("\n");
      ctx.font = weight + " " + size + "px " + this.colours.font;
      const half = Math.max(...lines.map((line) => ctx.measureText(line).width)) / 2 + 3;
      const tall = (lines.length * (size + 5)) / 2;
      const clash = placed.concat(this.avoid).some((o) => Math.abs(o.x - point.x) < o.half + half && Math.abs(o.y - point.y) < o.tall + tall);
      if (clash && !must) return;
      placed.push({ x: point.x, y: point.y, half: half, tall: tall });
      lines.forEach((line, i) => {
        Sotram.drawText(ctx, line, point.x, point.y + (i - (lines.length - 1) / 2) * (size + 5), this.colours, weight, size);
      });
    }
  };
})();
