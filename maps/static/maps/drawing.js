/* What a person draws on the map: an area freehand, a circle, picked communes, a line to measure. The tools know nothing
   of stations; they say what was drawn (owner.drawn(shape)) and keep it on the map until it is cleared. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const MOST_CORNERS = 180;
  const EARTH_M = 6371008.8;
  const FIRST_RADIUS_M = 1000;
  const CORNERS_OF_CIRCLE = 64;
  /* pixels: a stroke that is shorter is a slip of the hand */
  const LEAST_STROKE = 24;
  const CLOSE_BY = 10;

  const round = (value) => Math.round(value * 1e5) / 1e5;
  const radians = (degrees) => (degrees * Math.PI) / 180;

  /* Square metres of corners [[lon, lat], …] on the sphere. */
  Sotram.areaOf = function (corners) {
    let sum = 0;
    corners.forEach(([lon, lat], i) => {
      const [nextLon, nextLat] = corners[(i + 1) % corners.length];
      sum += radians(nextLon - lon) * (2 + Math.sin(radians(lat)) + Math.sin(radians(nextLat)));
    });
    return Math.abs((sum * EARTH_M * EARTH_M) / 2);
  };

  Sotram.lengthInWords = function (metres) {
    const digits = (n, most) => n.toLocaleString(document.documentElement.lang || "vi", { maximumFractionDigits: most });
    return metres < 1000 ? `${digits(metres, 0)}\u00a0m` : `${digits(metres / 1000, metres < 1e5 ? 2 : 0)}\u00a0km`;
  };

  Sotram.areaInWords = function (squareMetres) {
    const digits = (n, most) => n.toLocaleString(document.documentElement.lang || "vi", { maximumFractionDigits: most });
    return squareMetres < 1e6 ? `${digits(squareMetres / 1e4, 2)}\u00a0ha` : `${digits(squareMetres / 1e6, 2)}\u00a0km²`;
  };

  /* The corners of a circle, for whatever understands areas only. */
  Sotram.cornersOfCircle = function (lon, lat, metres) {
    const high = (metres / EARTH_M) * (180 / Math.PI);
    const wide = high / Math.cos(radians(lat));
    return Array.from({ length: CORNERS_OF_CIRCLE }, (_none, i) => {
      const angle = (i * 2 * Math.PI) / CORNERS_OF_CIRCLE;
      return [round(lon + wide * Math.cos(angle)), round(lat + high * Math.sin(angle))];
    });
  };

  const side = (a, b, p) => (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
  const crosses = (a, b, c, d) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

  /* A hand crosses its own line: keep the larger of the loops, until no two sides cross. */
  Sotram.uncrossed = function (points) {
    let left = points;
    for (let again = true; again && left.length > 3;) {
      again = false;
      outer: for (let i = 0; i < left.length; i += 1) {
        for (let j = i + 2; j < left.length; j += 1) {
          if (i === 0 && j === left.length - 1) continue;
          if (!crosses(left[i], left[i + 1], left[j], left[(j + 1) % left.length])) continue;
          const inner = left.slice(i + 1, j + 1);
          const rest = [...left.slice(0, i + 1), ...left.slice(j + 1)];
          left = size(inner) > size(rest) ? inner : rest;
          again = true;
          break outer;
        }
      }
    }
    return left;
  };

  function size(points) {
    return Math.abs(points.reduce((sum, p, i) => { const q = points[(i + 1) % points.length]; return sum + p.x * q.y - q.x * p.y; }, 0));
  }

  function holds(corners, lon, lat) {
    let odd = false;
    corners.forEach(([ax, ay], i) => {
      const [bx, by] = corners[(i + 1) % corners.length];
      if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) odd = !odd;
    });
    return odd;
  }

  /* shape: {area: [[lon, lat], …]} | {near: [lon, lat, metres]} | {units: [code, …]} */
  Sotram.Drawing = class {
    /* owner: {map, colours, words, ground, drawn(shape), measured(words), toolChanged(name)} */
    constructor(owner) {
      this.owner = owner;
      this.map = owner.map;
      this.tool = "";
      this.shape = null;
      this.stroke = [];
      this.measure = [];
      this.canvas = Sotram.addCanvas(this.map, "drawing", 395, (ctx) => this.paint(ctx));
      this.canvas.isEmpty = () => !this.stroke.length && (!this.shape || Boolean(this.shape.units));
      this.over = Sotram.addCanvas(this.map, "measuring", 460, (ctx) => this.paintMeasure(ctx));
      this.over.isEmpty = () => !this.measure.length;
      const box = this.map.getContainer();
      box.addEventListener("pointerdown", (event) => { this.swallow = false; this.pressed(event); }, true);
      box.addEventListener("click", (event) => { if (this.swallow) { this.swallow = false; event.stopImmediatePropagation(); } }, true);
      box.addEventListener("pointermove", (event) => this.dragged(event), true);
      ["pointerup", "pointercancel"].forEach((name) => box.addEventListener(name, (event) => this.released(event), true));
      box.addEventListener("keydown", (event) => { if (event.key === "Enter" && this.tool && event.target === box) { event.preventDefault(); this.atCentre(); } });
      this.map.on("click", (event) => this.clicked(event));
      this.map.on("mousemove", (event) => { if (this.tool === "measure" && this.measure.length && !this.closed) { this.loose = event.latlng; this.over.redraw(); } });
    }

    /* Take a tool in the hand, or put it back. */
    take(name) {
      const next = this.tool === name ? "" : name;
      this.tool = next;
      this.stroke = [];
      if (next === "measure") { this.measure = []; this.closed = false; }
      this.loose = null;
      const box = this.map.getContainer();
      box.classList.toggle("st-is-drawing", Boolean(next));
      this.map.dragging[next === "lasso" || next === "circle" ? "disable" : "enable"]();
      this.map.doubleClickZoom[next ? "disable" : "enable"]();
      this.over.redraw();
      this.owner.toolChanged(next);
    }

    putBack() {
      if (this.tool) this.take(this.tool);
    }

    set(shape) {
      this.shape = shape;
      this.canvas.redraw();
    }

    clearMeasure() {
      this.measure = [];
      this.closed = false;
      this.loose = null;
      this.over.redraw();
    }

    redraw() {
      this.canvas.redraw();
      this.over.redraw();
    }

    /* Whether a place lies in what was drawn (communes are asked by their code). */
    has(lon, lat) {
      const shape = this.shape;
      if (!shape) return false;
      if (shape.area) return holds(shape.area, lon, lat);
      if (shape.near) return this.map.distance([shape.near[1], shape.near[0]], [lat, lon]) <= shape.near[2];
      const unit = this.owner.ground.unitAt({ lng: lon, lat: lat });
      return Boolean(unit) && shape.units.includes(unit.code);
    }

    /* --- the hand ------------------------------------------------------------------------------------------------ */

    isStroke(event) {
      return (this.tool === "lasso" || this.tool === "circle") && event.isPrimary && event.button <= 0 && !event.target.closest("button, a");
    }

    pressed(event) {
      if (!this.isStroke(event)) return;
      this.stroke = [this.map.mouseEventToContainerPoint(event)];
      this.holding = true;
      event.preventDefault();
      event.stopPropagation();
    }

    dragged(event) {
      if (!this.holding) return;
      const at = this.map.mouseEventToContainerPoint(event);
      if (this.tool === "circle") this.stroke[1] = at;
      else if (at.distanceTo(this.stroke[this.stroke.length - 1]) > 3) this.stroke.push(at);
      event.preventDefault();
      event.stopPropagation();
      this.canvas.redraw();
    }

    released(event) {
      if (!this.holding) return;
      this.holding = false;
      event.stopPropagation();
      const points = this.stroke;
      this.stroke = [];
      const shape = event.type === "pointerup" ? (this.tool === "circle" ? this.circleOf(points) : this.areaOf(points)) : null;
      /* the click that follows the release is not one on the map */
      this.swallow = true;
      if (!shape) { this.canvas.redraw(); return; }
      this.take(this.tool);
      this.set(shape);
      this.owner.drawn(shape);
    }

    areaOf(points) {
      const box = L.bounds(points).getSize();
      if (points.length < 3 || Math.max(box.x, box.y) < LEAST_STROKE) return null;
      let tolerance = 2;
      let kept = L.LineUtil.simplify(points, tolerance);
      while (kept.length > MOST_CORNERS) { tolerance *= 1.5; kept = L.LineUtil.simplify(points, tolerance); }
      kept = Sotram.uncrossed(kept);
      if (kept.length < 3) return null;
      return { area: kept.map((point) => this.map.containerPointToLatLng(point)).map((at) => [round(at.lng), round(at.lat)]) };
    }

    circleOf(points) {
      const centre = this.map.containerPointToLatLng(points[0]);
      const edge = points[1] ? this.map.containerPointToLatLng(points[1]) : null;
      const metres = edge && points[0].distanceTo(points[1]) > CLOSE_BY ? this.map.distance(centre, edge) : FIRST_RADIUS_M;
      return { near: [round(centre.lng), round(centre.lat), Math.max(Math.round(metres), 1)] };
    }

    clicked(event) {
      if (this.tool === "unit") this.pick(event.latlng);
      else if (this.tool === "measure") this.addPoint(event.latlng);
    }

    /* The keyboard's hand is the middle of the map. */
    atCentre() {
      const centre = this.map.getCenter();
      if (this.tool === "unit") this.pick(centre);
      else if (this.tool === "measure") this.addPoint(centre);
      else {
        const shape = { near: [round(centre.lng), round(centre.lat), FIRST_RADIUS_M] };
        this.take(this.tool);
        this.set(shape);
        this.owner.drawn(shape);
      }
    }

    pick(latlng) {
      const unit = this.owner.ground.unitAt(latlng);
      if (!unit || unit.level === "province") { this.owner.measured(this.owner.words.no_commune); return; }
      const codes = new Set(this.shape && this.shape.units ? this.shape.units : []);
      if (!codes.delete(unit.code)) codes.add(unit.code);
      const shape = codes.size ? { units: [...codes] } : null;
      this.owner.measured("");
      this.set(shape);
      this.owner.drawn(shape);
    }

    addPoint(latlng) {
      if (this.closed) { this.measure = []; this.closed = false; }
      const at = (one) => this.map.latLngToContainerPoint(one);
      const [first, last] = [this.measure[0], this.measure[this.measure.length - 1]];
      if (this.measure.length > 2 && at(first).distanceTo(at(latlng)) < CLOSE_BY) this.closed = true;
      else if (!last || at(last).distanceTo(at(latlng)) > 2) this.measure.push(latlng);
      this.loose = null;
      this.over.redraw();
      this.owner.measured(this.measuredWords());
    }

    measuredWords() {
      const points = this.closed ? [...this.measure, this.measure[0]] : this.measure;
      if (points.length < 2) return this.owner.words.measure_on;
      let metres = 0;
      for (let i = 1; i < points.length; i += 1) metres += this.map.distance(points[i - 1], points[i]);
      const length = Sotram.lengthInWords(metres);
      if (!this.closed) return Sotram.fill(this.owner.words.measured, { length: length });
      const area = Sotram.areaOf(this.measure.map((one) => [one.lng, one.lat]));
      return Sotram.fill(this.owner.words.measured_area, { length: length, area: Sotram.areaInWords(area) });
    }

    /* --- painting ------------------------------------------------------------------------------------------------ */

    outline(ctx) {
      const c = this.owner.colours;
      ctx.globalAlpha = 0.14;
      ctx.fillStyle = c.accent;
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.setLineDash([5, 4]);
      ctx.strokeStyle = c.accent;
      ctx.lineWidth = 2;
      ctx.stroke();
      ctx.setLineDash([]);
    }

    paint(ctx) {
      const layer = (point) => this.map.containerPointToLayerPoint(point);
      const shape = this.stroke.length ? null : this.shape;
      ctx.beginPath();
      if (this.stroke.length && this.tool === "lasso") this.stroke.map(layer).forEach((p) => ctx.lineTo(p.x, p.y));
      else if (this.stroke.length > 1) this.ring(ctx, this.circleOf(this.stroke).near);
      else if (shape && shape.area) shape.area.forEach(([lon, lat]) => { const p = this.map.latLngToLayerPoint([lat, lon]); ctx.lineTo(p.x, p.y); });
      else if (shape && shape.near) this.ring(ctx, shape.near);
      ctx.closePath();
      this.outline(ctx);
      const near = this.stroke.length > 1 && this.tool === "circle" ? this.circleOf(this.stroke).near : shape && shape.near;
      if (near) this.radius(ctx, near);
    }

    ring(ctx, [lon, lat, metres]) {
      Sotram.cornersOfCircle(lon, lat, metres).forEach((corner) => {
        const p = this.map.latLngToLayerPoint([corner[1], corner[0]]);
        ctx.lineTo(p.x, p.y);
      });
    }

    radius(ctx, [lon, lat, metres]) {
      const c = this.owner.colours;
      const p = this.map.latLngToLayerPoint([lat, lon]);
      ctx.beginPath();
      ctx.arc(p.x, p.y, 3, 0, 2 * Math.PI);
      ctx.fillStyle = c.accent;
      ctx.fill();
      Sotram.drawText(ctx, Sotram.lengthInWords(metres), p.x, p.y + 14, c, 600, 12, c.accent);
    }

    paintMeasure(ctx) {
      const c = this.owner.colours;
      const places = [...this.measure, ...(this.closed ? [this.measure[0]] : this.loose ? [this.loose] : [])];
      const points = places.map((one) => this.map.latLngToLayerPoint(one));
      const line = (colour, width) => {
        ctx.beginPath();
        points.forEach((p) => ctx.lineTo(p.x, p.y));
        ctx.strokeStyle = colour;
        ctx.lineWidth = width;
        ctx.stroke();
      };
      ctx.lineJoin = "round";
      if (this.closed) { ctx.beginPath(); points.forEach((p) => ctx.lineTo(p.x, p.y)); ctx.globalAlpha = 0.12; ctx.fillStyle = c.accent; ctx.fill(); ctx.globalAlpha = 1; }
      line(c.halo, 5);
      line(c.accent, 2);
      points.forEach((p) => { ctx.beginPath(); ctx.arc(p.x, p.y, 4, 0, 2 * Math.PI); ctx.fillStyle = c.paper; ctx.fill(); ctx.strokeStyle = c.accent; ctx.lineWidth = 2; ctx.stroke(); });
      for (let i = 1; i < points.length; i += 1) {
        if (points[i].distanceTo(points[i - 1]) < 48) continue;
        const words = Sotram.lengthInWords(this.map.distance(places[i - 1], places[i]));
        Sotram.drawText(ctx, words, (points[i].x + points[i - 1].x) / 2, (points[i].y + points[i - 1].y) / 2 - 9, c, 600, 12, c.ink);
      }
    }
  };
})();
