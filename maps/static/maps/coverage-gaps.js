/* What lies on the levels of coverage: outlines and numbers of white spots, masts with room to share, the network's masts. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const TAU = Math.PI * 2;
  const MOST_SPOTS = 100;
  const BADGE = 11;
  /* radii between two numbers, below which the second is left out */
  const APART = 2.6;
  /* from here on all masts to share are drawn, before only those of the chosen spot */
  const ALL_SHARED_ZOOM = 12;
  const NEAR_TOUCH = 10;
  const SPOT = "#7a0c3a";
  const PAPER = "#fff";

  /* The masts of the shown network, as small triangles; from afar there are too many to draw. */
  Sotram.NetworkMasts = class extends Sotram.Live {
    *paint(ctx) {
      this.drawing = [];
      const layer = this.layers[0];
      if (!layer.on || layer.grouped) return;
      for (const feature of layer.features) {
        yield;
        const point = this.point(feature);
        ctx.beginPath();
        ctx.moveTo(point.x, point.y - 5.5);
        ctx.lineTo(point.x + 5, point.y + 4);
        ctx.lineTo(point.x - 5, point.y + 4);
        ctx.closePath();
        ctx.lineJoin = "round";
        ctx.lineWidth = 2.5;
        ctx.strokeStyle = PAPER;
        ctx.stroke();
        ctx.fillStyle = "#16202e";
        ctx.fill();
        this.note(layer, feature, point, 6);
      }
    }
  };

  Sotram.Gaps = class {
    /* settings: {spots: address with KEY}; layers: Set of what is drawn; house: {colours, ground} */
    constructor(map, settings, layers, house) {
      this.map = map;
      this.settings = settings;
      this.layers = layers;
      this.colours = house.colours;
      this.ground = house.ground;
      this.spots = [];
      this.chosen = null;
      this.marks = [];
      this.failed = false;
      this.canvas = Sotram.addCanvas(map, "gaps", 420, (ctx) => this.paint(ctx));
      this.redraw = Sotram.soon(() => this.canvas.redraw());
    }

    /* Load the white spots of the map with number *key* in *units*. */
    async load(key, units) {
      const query = new URLSearchParams([["shapes", "1"], ["limit", String(MOST_SPOTS)], ...units.map((code) => ["unit", code])]);
      if (this.pending) this.pending.abort();
      const pending = (this.pending = new AbortController());
      try {
        const answer = await fetch(`${this.settings.spots.replace("KEY", key)}?${query}`, { signal: pending.signal });
        this.failed = !answer.ok;
        this.spots = answer.ok ? await answer.json() : [];
      } catch (error) {
        if (error.name === "AbortError") return;
        this.failed = true;
        this.spots = [];
      }
      this.redraw();
    }

    clear() {
      this.spots = [];
      this.chosen = null;
      this.redraw();
    }

    spot(rank) {
      return this.spots.find((one) => one.rank === rank);
    }

    choose(rank) {
      this.chosen = rank;
      this.redraw();
    }

    /* --- drawing -------------------------------------------------------------------------------------------------- */

    point(lon, lat) {
      return this.map.latLngToLayerPoint([lat, lon]);
    }

    paint(ctx) {
      this.marks = [];
      if (this.layers.has("gaps")) this.spots.forEach((spot) => this.paintOutline(ctx, spot));
      if (this.layers.has("shared")) this.paintShared(ctx);
      if (this.layers.has("gaps")) this.badges().reverse().forEach(([spot, point]) => this.paintBadge(ctx, spot, point));
      const places = this.marks.map((mark) => ({ x: mark.x, y: mark.y, half: mark.radius, tall: mark.radius }));
      if (places.length !== this.ground.avoid.length) {
        this.ground.avoid = places;
        this.ground.names.redraw();
      }
    }

    /* Numbers that would lie on each other are left out: the one with more people stays, the chosen one always does. */
    badges() {
      const placed = [];
      [...this.spots].sort((a, b) => (b.rank === this.chosen) - (a.rank === this.chosen) || a.rank - b.rank).forEach((spot) => {
        const point = this.point(spot.lon, spot.lat);
        if (placed.every(([, at]) => Math.hypot(at.x - point.x, at.y - point.y) > BADGE * APART)) placed.push([spot, point]);
      });
      return placed;
    }

    paintOutline(ctx, spot) {
      ctx.beginPath();
      spot.geometry.coordinates.flat().forEach((ring) => {
        ring.forEach((at, i) => {
          const point = this.point(at[0], at[1]);
          if (i) ctx.lineTo(point.x, point.y);
          else ctx.moveTo(point.x, point.y);
        });
        ctx.closePath();
      });
      const chosen = spot.rank === this.chosen;
      ctx.lineJoin = "round";
      ctx.strokeStyle = PAPER;
      ctx.lineWidth = chosen ? 5 : 3;
      ctx.globalAlpha = 0.7;
      ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.strokeStyle = SPOT;
      ctx.lineWidth = chosen ? 3 : 1.5;
      ctx.stroke();
    }

    paintBadge(ctx, spot, point) {
      const chosen = spot.rank === this.chosen;
      ctx.beginPath();
      ctx.arc(point.x, point.y, chosen ? BADGE + 2 : BADGE, 0, TAU);
      ctx.fillStyle = SPOT;
      ctx.fill();
      ctx.lineWidth = chosen ? 3 : 2;
      ctx.strokeStyle = PAPER;
      ctx.stroke();
      ctx.font = `650 ${spot.rank > 99 ? 10 : 12}px ${this.colours.font}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillStyle = PAPER;
      ctx.fillText(String(spot.rank), point.x, point.y + 0.5);
      this.marks.push({ kind: "spot", spot: spot, x: point.x, y: point.y, radius: BADGE });
    }

    paintShared(ctx) {
      const c = this.colours;
      const drawn = new Set();
      const all = this.map.getZoom() >= ALL_SHARED_ZOOM;
      this.spots.filter((spot) => all || spot.rank === this.chosen).forEach((spot) => spot.masts.forEach((mast) => {
        if (drawn.has(mast.mast)) return;
        drawn.add(mast.mast);
        const { x, y } = this.point(mast.lon, mast.lat);
        ctx.beginPath();
        ctx.roundRect(x - 6, y - 6, 12, 12, 2.5);
        ctx.fillStyle = c.paper;
        ctx.fill();
        ctx.lineWidth = 2;
        ctx.strokeStyle = c.accent;
        ctx.stroke();
        ctx.lineWidth = 1.6;
        ctx.beginPath();
        ctx.moveTo(x - 3, y);
        ctx.lineTo(x + 3, y);
        ctx.moveTo(x, y - 3);
        ctx.lineTo(x, y + 3);
        ctx.stroke();
        this.marks.push({ kind: "mast", mast: mast, x: x, y: y, radius: 7 });
      }));
    }

    /* --- asking --------------------------------------------------------------------------------------------------- */

    /* The marks under a place, best first; *touch* is less exact. */
    under(latlng, touch) {
      const at = this.map.latLngToLayerPoint(latlng);
      return this.marks
        .map((mark) => ({ mark: mark, far: Math.hypot(mark.x - at.x, mark.y - at.y) }))
        .filter((hit) => hit.far <= hit.mark.radius + (touch ? NEAR_TOUCH : 2))
        .sort((a, b) => a.far - b.far)
        .map((hit) => hit.mark);
    }
  };
})();
