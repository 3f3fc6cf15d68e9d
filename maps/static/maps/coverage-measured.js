/* What was measured and complained about, as points on the forecast; the two are never one picture. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const { fill } = Sotram;
  const TAU = Math.PI * 2;
  const RADIUS = 5;
  /* from afar points are smaller, so that the forecast between them is seen */
  const SMALL = 3;
  const NEAR_ZOOM = 12;
  const NEAR = 4;
  const INK = "#16202e";
  const PAPER = "#fff";
  const GAP = "#7a0c3a";
  /* from not covered to very strong */
  const SHADES = [PAPER, "#d5e29b", "#74b38a", "#2b7a86", "#12456b"];
  const LAYERS = ["measured", "complaints"];

  Sotram.Measured = class {
    /* settings: {measured, complaints: addresses; words}; layers: Set of what is drawn */
    constructor(map, settings, layers, house) {
      this.map = map;
      this.settings = settings;
      this.words = settings.words;
      this.layers = layers;
      this.house = house;
      this.points = { measured: [], complaints: [] };
      this.kinds = [];
      this.asked = {};
      this.canvas = Sotram.addCanvas(map, "measured", 425, (ctx) => this.paint(ctx));
      this.redraw = Sotram.soon(() => this.canvas.redraw());
    }

    concerns(name) {
      return LAYERS.includes(name);
    }

    /* Load what is switched on for the network and technology in *pairs*. */
    load(pairs) {
      const query = new URLSearchParams(pairs).toString();
      LAYERS.forEach((name) => this.loadOne(name, query));
      this.redraw();
    }

    async loadOne(name, query) {
      if (!this.layers.has(name) || this.asked[name] === query) return;
      this.asked[name] = query;
      this.points[name] = [];
      const answer = await fetch(`${this.settings[name]}?${query}`);
      if (this.asked[name] !== query) return;
      if (!answer.ok) {
        this.asked[name] = null;
        this.house.notice(this.words.failed, true);
        return;
      }
      const said = await answer.json();
      this.points[name] = said.points;
      if (said.kinds) this.kinds = said.kinds;
      this.map.getContainer().dataset[name] = String(said.points.length);
      this.redraw();
    }

    at(point) {
      return this.map.latLngToLayerPoint([point[1], point[0]]);
    }

    paint(ctx) {
      if (this.layers.has("measured")) this.points.measured.forEach((point) => this.paintLevel(ctx, point));
      if (this.layers.has("complaints")) this.points.complaints.forEach((point) => this.paintComplaint(ctx, point));
    }

    paintLevel(ctx, point) {
      const { x, y } = this.at(point);
      const errs = this.kinds[point[5]] === "only_forecast" || this.kinds[point[5]] === "only_measured";
      ctx.beginPath();
      ctx.arc(x, y, this.map.getZoom() < NEAR_ZOOM ? SMALL : RADIUS, 0, TAU);
      ctx.fillStyle = SHADES[Math.min(point[3], SHADES.length - 1)];
      ctx.fill();
      ctx.lineWidth = errs ? 2 : 1;
      ctx.strokeStyle = errs ? GAP : INK;
      ctx.stroke();
    }

    paintComplaint(ctx, point) {
      const { x, y } = this.at(point);
      ctx.beginPath();
      ctx.roundRect(x - 7, y - 7, 14, 11, 2);
      ctx.moveTo(x - 3, y + 4);
      ctx.lineTo(x - 3, y + 8);
      ctx.lineTo(x + 1, y + 4);
      ctx.fillStyle = PAPER;
      ctx.fill();
      ctx.lineWidth = 1.8;
      ctx.strokeStyle = INK;
      ctx.stroke();
    }

    /* What lies under a place, in words. */
    under(latlng) {
      const at = this.map.latLngToLayerPoint(latlng);
      const near = (point) => {
        const { x, y } = this.at(point);
        return Math.hypot(x - at.x, y - at.y) <= RADIUS + NEAR;
      };
      const found = [];
      if (this.layers.has("measured")) this.points.measured.filter(near).slice(0, 3).forEach((point) => found.push(this.wordsOf(point)));
      if (this.layers.has("complaints")) {
        this.points.complaints.filter(near).slice(0, 3).forEach((point) => {
          found.push({ title: fill(this.words.complaint, { ticket: point[2], day: point[3] }), text: "" });
        });
      }
      return found;
    }

    wordsOf(point) {
      const n = Sotram.number;
      const text = point[4] === null ? this.words.no_forecast : fill(this.words.forecast, { level: n(point[4]) });
      return { title: fill(this.words.measured, { level: n(point[2]) }), text: text };
    }
  };
})();
