/* Live layers: asks our endpoints for what is in view, draws it, counts it, and says what lies under the pointer. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  /* pixels between the centres of two rings, below which they become one */
  const RING_APART = 25;
  /* room of a plate with a count, in pixels */
  const PLATE_WIDE = 46;
  const PLATE_TALL = 20;
  const NEAR = 5;
  /* what concerns a mast stands beside its symbol, in pixels, so that none covers the other */
  const BESIDE = { cases: [0, -15], incidents: [-13, -9], findings: [13, -9], inspections: [-13, 9], permits: [13, 9] };
  /* side of the squares within which stations become one ring, in pixels */
  const CLUSTER = 72;
  /* pixels of a service radius that is drawn */
  const LEAST_RADIUS = 40;
  const MOST_RADIUS = 900;
  const CLASSES_FROM_ZOOM = 14;
  const NEAR_TOUCH = 12;

  const total = (counts) => Object.values(counts || {}).reduce((sum, n) => sum + n, 0);
  const numbers = new Intl.NumberFormat(document.documentElement.lang || "vi");
  const written = new Map();
  const text = (n) => {
    if (!written.has(n)) written.set(n, numbers.format(n));
    return written.get(n);
  };

  const ringRadius = (n) => Math.min(11.5 + Math.sqrt(n) * 0.45, 19);
  const { Boxes, clash } = Sotram;

  /* One layer of the map. spec: {name, url, title, on}; kinds of drawing: stations, lines, things. */
  class Layer {
    constructor(spec) {
      Object.assign(this, spec);
      this.features = [];
      this.grouped = null;
      this.box = null;
      this.failed = false;
    }

    forget() {
      this.box = null;
    }
  }

  Sotram.Live = class {
    /* settings: {layers: [spec], operators: {code: {name, colour}}, words} ; ground may be null */
    constructor(map, settings, colours, ground) {
      this.map = map;
      this.colours = colours;
      this.ground = ground;
      this.operators = settings.operators || {};
      this.layers = settings.layers.map((spec) => new Layer(spec));
      this.query = "";
      this.colouring = "safety";
      this.hidden = { safety: new Set(), operator: new Set(), technology: new Set(), status: new Set() };
      /* code → number of a colour, for technologies and states of operation */
      this.palette = settings.palette || {};
      this.selected = null;
      this.drawn = [];
      /* what was drawn around, with has(lon, lat) */
      this.picked = null;
      this.onchange = () => {};
      /* how stations are shown: symbols, clusters, heat */
      this.view = "symbols";
      this.labels = false;
      this.heat = null;
      this.canvas = Sotram.addCanvas(map, "live", 400, (ctx, bounds) => this.paint(ctx, bounds));
      this.canvas.on("painted", () => this.painted());
      this.redraw = () => this.canvas.redraw();
      /* names keep out of the way of what is drawn */
      if (ground) ground.names.after = this.canvas;
      if (ground) ground.onload = () => this.placeCounts();
      let timer = 0;
      map.on("moveend", () => { clearTimeout(timer); timer = setTimeout(() => this.load(), 120); });
    }

    layer(name) {
      return this.layers.find((layer) => layer.name === name);
    }

    setQuery(query) {
      this.query = query;
      this.layers.forEach((layer) => layer.forget());
      return this.load();
    }

    setOn(name, on) {
      this.layer(name).on = on;
      return this.load();
    }

    async load() {
      const stations = this.layer("stations");
      const wanted = this.layers.filter((layer) => layer.on).map((layer) => this.loadLayer(layer));
      if (this.view === "heat" && stations && stations.on) wanted.push(this.loadHeat());
      await Promise.all(wanted);
      this.loaded = true;
      this.redraw();
      this.onchange();
    }

    /* What was drawn can be asked for from now on. */
    painted() {
      this.drawn = this.drawing;
      if (this.ground) this.ground.names.redraw();
      if (this.loaded) this.map.getContainer().dataset.features = String(this.drawn.length);
    }

    async loadLayer(layer) {
      if (layer.tiles) {
        layer.source = layer.source || new Sotram.TileLayer(layer, this.map, this.ground);
        await layer.source.load(this.query);
        return;
      }
      const zoom = Math.floor(this.map.getZoom());
      const view = this.map.getBounds();
      const inner = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
      if (layer.zoom === zoom && Sotram.contains(layer.box, inner)) return;
      if (layer.pending) layer.pending.abort();
      const pending = (layer.pending = new AbortController());
      const asked = Sotram.askedBox(this.map);
      const query = this.query ? "&" + this.query : "";
      try {
        const answer = await fetch(layer.url + "?bbox=" + asked.join(",") + "&zoom=" + zoom + query, {
          signal: pending.signal, headers: { Accept: "application/geo+json, application/problem+json" },
        });
        layer.failed = !answer.ok;
        if (!answer.ok) return;
        const collection = await answer.json();
        Object.assign(layer, { features: collection.features, grouped: collection.grouped, box: asked, zoom: zoom });
      } catch (error) {
        if (error.name !== "AbortError") layer.failed = true;
      }
    }

    async loadHeat() {
      this.heat = this.heat || new Sotram.TileLayer({ name: "heat", tiles: this.heatTiles }, this.map, null);
      const query = new URLSearchParams(this.query);
      if (!query.has("kind")) query.append("kind", "base_station");
      await this.heat.load(query.toString());
    }

    placeCounts() {
      const counted = this.layers.filter((layer) => layer.on && layer.source && layer.grouped);
      if (!counted.length) return;
      counted.forEach((layer) => layer.source.place());
      this.redraw();
      this.onchange();
    }

    /* --- drawing ------------------------------------------------------------------------------------------------ */

    /* Yields between the things it draws (see canvas.js). */
    *paint(ctx, bounds) {
      this.drawing = [];
      const shown = this.layers.filter((layer) => layer.on);
      const stacked = new Map();
      for (const layer of shown) if (layer.geometry === "line" && !layer.grouped) yield* this.paintLines(ctx, layer);
      const stations = shown.find((layer) => layer.name === "stations");
      const masts = shown.find((layer) => layer.name === "masts");
      if (masts && !masts.grouped) yield* this.paintTiled(ctx, masts);
      const singles = shown.filter((layer) => layer.geometry === "point" && !layer.grouped && layer !== stations && layer !== masts);
      /* counts are read, so nothing that stands alone lies on them */
      const isCounted = Boolean(stations && stations.grouped && this.view !== "heat");
      if (isCounted) yield* this.paintSingles(ctx, singles);
      if (this.ground) this.ground.avoid = [];
      if (this.ground) this.ground.taken = new Set(stations && stations.grouped ? stations.features.map((f) => f.properties.unit) : []);
      if (stations && this.view === "heat") {
        const spots = (this.heat && this.heat.layer.features) || [];
        Sotram.paintHeat(ctx, bounds, spots.map((feature) => ({ ...this.point(feature), n: feature.properties.n || 1 })), this.colours);
        if (this.ground) this.ground.taken = new Set();
      } else if (stations) {
        if (stations.grouped) yield* this.paintRings(ctx, stations, stacked);
        else if (this.view === "clusters") yield* this.paintClusters(ctx, stations);
        else yield* this.paintStations(ctx, stations);
      }
      for (const layer of shown) if (layer.grouped && layer !== stations) yield* this.paintCounts(ctx, layer, stacked);
      if (!isCounted) yield* this.paintSingles(ctx, singles);
    }

    *paintSingles(ctx, layers) {
      for (const layer of layers) yield* layer.tiles ? this.paintTiled(ctx, layer) : this.paintThings(ctx, layer);
    }

    *paintTiled(ctx, layer) {
      yield* this.paintCells(ctx, layer);
      yield* this.paintThings(ctx, layer);
    }

    /* Cells of a grid whose counts would lie on each other are drawn as one. */
    *paintCells(ctx, layer) {
      const heaps = [];
      const taken = new Boxes();
      const cells = layer.features.filter((feature) => feature.properties.n !== undefined).sort((a, b) => b.properties.n - a.properties.n);
      for (const feature of cells) {
        yield;
        const point = this.point(feature);
        const box = { x: point.x, y: point.y, half: PLATE_WIDE / 2, tall: PLATE_TALL / 2 };
        const near = taken.find(box);
        if (near) near.n += feature.properties.n;
        else {
          const heap = { n: feature.properties.n, feature: feature, point: point };
          taken.add(box, heap);
          heaps.push(heap);
        }
      }
      for (const heap of heaps) {
        yield;
        Sotram.drawCount(ctx, layer.name, text(heap.n), heap.point.x, heap.point.y, this.colours);
        this.note(layer, { ...heap.feature, cells: heap.n }, heap.point, 12);
      }
    }

    point(feature) {
      const at = feature.geometry.coordinates;
      return this.map.latLngToLayerPoint([at[1], at[0]]);
    }

    note(layer, feature, point, radius) {
      this.drawing.push({ layer: layer, feature: feature, x: point.x, y: point.y, radius: radius });
    }

    isSelected(feature) {
      return this.selected !== null && feature.properties.site === this.selected;
    }

    isPicked(feature) {
      return Boolean(this.picked) && this.picked.has(...feature.geometry.coordinates);
    }

    visibleStates(states) {
      return Sotram.STATES.filter((state) => states[state] && !this.hidden.safety.has(state));
    }

    /* What a feature is coloured by: property with the counts. */
    partsOf(properties) {
      return properties[{ safety: "states", technology: "technologies", status: "statuses" }[this.colouring] || "operators"] || {};
    }

    visibleParts(parts) {
      return Object.keys(parts).filter((code) => !this.hidden[this.colouring].has(code)).sort();
    }

    colourOf(code) {
      if (this.palette[code] !== undefined) return this.colours.operators[this.palette[code]];
      const operator = this.operators[code];
      return this.colours.operators[operator ? operator.colour : 9] || this.colours.ink;
    }

    *paintStations(ctx, layer) {
      if (this.colouring === "published") {
        yield* this.paintThings(ctx, layer);
        return;
      }
      const c = this.colours;
      const bySafety = this.colouring === "safety";
      const queue = layer.features.map((feature) => {
        const states = this.visibleStates(feature.properties.states);
        const operators = bySafety ? [] : this.visibleParts(this.partsOf(feature.properties));
        return { feature: feature, states: states, operators: operators, rank: bySafety ? Sotram.STATES.indexOf(states[states.length - 1]) : 0 };
      }).filter((item) => (bySafety ? item.states.length : item.operators.length));
      queue.sort((a, b) => (this.isSelected(a.feature) - this.isSelected(b.feature)) || a.rank - b.rank);
      const small = this.map.getZoom() < 11 ? 0.85 : 1;
      for (const item of queue) {
        yield;
        const point = this.point(item.feature);
        const owners = Object.keys(item.feature.properties.operators).length;
        const selected = this.isSelected(item.feature);
        if (this.isPicked(item.feature)) Sotram.drawPicked(ctx, point.x, point.y, c);
        if (selected) Sotram.drawSelected(ctx, point.x, point.y, c);
        else if (owners > 1) Sotram.drawShared(ctx, owners, point.x, point.y, c);
        if (bySafety) Sotram.drawState(ctx, item.states[item.states.length - 1], point.x, point.y, c, small);
        else Sotram.drawOperators(ctx, item.operators.map((code) => this.colourOf(code)), point.x, point.y, c, small);
        if (selected && item.feature.properties.n > 1) Sotram.drawBadge(ctx, String(item.feature.properties.n), point.x, point.y, c);
        this.note(layer, item.feature, point, 8);
      }
      if (this.labels) yield* this.nameSites(ctx, queue);
    }

    /* Name and code beside each site, the worst first, as far as they do not cover one another. */
    *nameSites(ctx, queue) {
      const boxes = this.ground ? [...this.ground.avoid] : [];
      const taken = new Boxes(boxes);
      for (const item of [...queue].reverse()) {
        yield;
        const p = item.feature.properties;
        const words = [p.name, p.site].filter((one, i, all) => one && all.indexOf(one) === i).join(" · ");
        const point = this.point(item.feature);
        ctx.font = "500 11.5px " + this.colours.font;
        const half = Sotram.widthOf(ctx, words) / 2;
        const label = { x: point.x + half + 11, y: point.y, half: half + 3, tall: 8 };
        if (!words || taken.find(label)) continue;
        boxes.push(label);
        taken.add(label, true);
        Sotram.drawText(ctx, words, label.x, label.y, this.colours, 500, 11.5);
      }
      if (this.ground) this.ground.avoid = boxes;
    }

    /* Stations that stand near one another on the screen, as one ring. */
    *paintClusters(ctx, layer) {
      const cells = new Map();
      const zoomed = this.map.project(this.map.getBounds().getNorthWest()).subtract(this.map.latLngToLayerPoint(this.map.getBounds().getNorthWest()));
      layer.features.forEach((feature) => {
        const point = this.point(feature);
        const key = Math.floor((point.x + zoomed.x) / CLUSTER) + ":" + Math.floor((point.y + zoomed.y) / CLUSTER);
        const cell = cells.get(key) || { members: [], x: 0, y: 0, feature: feature };
        cell.members.push(feature);
        cell.x += point.x;
        cell.y += point.y;
        cells.set(key, cell);
      });
      const alone = [];
      const boxes = [];
      for (const cell of cells.values()) {
        yield;
        if (cell.members.length === 1) { alone.push(cell.feature); continue; }
        const point = { x: cell.x / cell.members.length, y: cell.y / cell.members.length };
        const ring = this.ringOf({ ...cell, point: point });
        if (!ring.n) continue;
        Sotram.drawRing(ctx, text(ring.n), ring.parts, point.x, point.y, ring.radius, this.colours);
        if (ring.worst === "unsafe" || ring.worst === "overdue") Sotram.drawState(ctx, ring.worst, point.x + ring.radius * 0.75, point.y - ring.radius * 0.75, this.colours, 0.75);
        this.note(layer, { ...cell.feature, cells: ring.n }, point, ring.radius);
        boxes.push({ x: point.x, y: point.y, half: ring.radius + 3, tall: ring.radius + 3 });
      }
      if (this.ground) this.ground.avoid = boxes;
      yield* this.paintStations(ctx, { ...layer, features: alone });
    }

    /* Rings that would lie on each other are drawn as one; its click comes nearer. A pan finds them as they were. */
    *merge(layer, plates) {
      const origin = this.map.getPixelOrigin();
      const known = [layer.features, plates.size, origin.x, origin.y, this.map.getZoom()];
      if (this.merged && this.merged.known.every((one, i) => one === known[i])) return this.merged.heaps;
      const heaps = [];
      const taken = new Boxes();
      const features = [...layer.features].sort((a, b) => b.properties.n - a.properties.n);
      for (const feature of features) {
        yield;
        const item = { feature: feature, point: this.point(feature) };
        item.boxes = this.room(item, plates.get(feature.properties.unit) || 0);
        const near = item.boxes.map((box) => taken.find(box)).find(Boolean);
        if (near) {
          near.members.push(feature);
          continue;
        }
        const heap = { ...item, members: [feature] };
        heaps.push(heap);
        item.boxes.forEach((box) => taken.add(box, heap));
      }
      this.merged = { known: known, heaps: heaps };
      return heaps;
    }

    /* The room that a ring takes, and the plates of other layers below it. */
    room(item, plates) {
      const { x, y } = item.point;
      const radius = item.radius || Math.min(ringRadius(item.feature.properties.n), RING_APART / 2);
      const boxes = [{ x: x, y: y, half: radius, tall: radius }];
      if (plates) boxes.push({ x: x, y: y + radius + (plates * PLATE_TALL) / 2, half: PLATE_WIDE / 2, tall: (plates * PLATE_TALL) / 2 });
      return boxes;
    }

    /* unit -> number of plates that other counted layers hang below its ring */
    platesBelow(layer) {
      const plates = new Map();
      this.layers.filter((other) => other.on && other.grouped && other !== layer).forEach((other) => {
        other.features.forEach((feature) => plates.set(feature.properties.unit, (plates.get(feature.properties.unit) || 0) + 1));
      });
      return plates;
    }

    /* What a ring shows: the parts that are not hidden, in the order of drawing. */
    ringOf(heap) {
      if (this.colouring === "published") {
        const n = heap.members.reduce((sum, feature) => sum + feature.properties.n, 0);
        return { ...heap, n: n, parts: [[this.colours.accent, n]], worst: "", radius: ringRadius(n) };
      }
      const bySafety = this.colouring === "safety";
      const sums = {};
      heap.members.forEach((feature) => {
        Object.entries(this.partsOf(feature.properties))
          .forEach(([key, n]) => { sums[key] = (sums[key] || 0) + n; });
      });
      const keys = bySafety ? this.visibleStates(sums) : this.visibleParts(sums);
      const n = keys.reduce((sum, key) => sum + sums[key], 0);
      if (!Object.keys(sums).length) {
        /* too many to be judged at this scale: the count, and no state */
        const all = heap.members.reduce((sum, feature) => sum + feature.properties.n, 0);
        return { ...heap, n: all, parts: [[this.colours.muted, all]], worst: "", radius: ringRadius(all) };
      }
      const parts = keys.map((key) => [bySafety ? this.colours[key] : this.colourOf(key), sums[key]]);
      return { ...heap, n: n, parts: parts, worst: bySafety ? keys[keys.length - 1] : "", radius: ringRadius(n) };
    }

    *paintRings(ctx, layer, stacked) {
      const c = this.colours;
      const plates = this.platesBelow(layer);
      const rings = (yield* this.merge(layer, plates)).map((heap) => this.ringOf(heap)).filter((ring) => ring.n);
      const boxes = rings.flatMap((ring) => this.room(ring, plates.get(ring.feature.properties.unit) || 0));
      for (const ring of rings) {
        yield;
        const { x, y } = ring.point;
        Sotram.drawRing(ctx, text(ring.n), ring.parts, x, y, ring.radius, c);
        const bad = ring.worst === "unsafe" || ring.worst === "overdue";
        if (bad) Sotram.drawState(ctx, ring.worst, x + ring.radius * 0.75, y - ring.radius * 0.75, c, 0.75);
        this.note(layer, { ...ring.feature, members: ring.members }, ring.point, ring.radius);
        const place = { x: x, y: y + ring.radius + 10 };
        ring.members.forEach((feature) => stacked.set(feature.properties.unit, place));
      }
      const places = new Boxes(boxes);
      for (const ring of rings.filter((one) => one.members.length === 1)) {
        yield;
        const name = ring.feature.properties.name;
        ctx.font = "500 11.5px " + c.font;
        const label = { x: ring.point.x, y: ring.point.y + ring.radius + 9 + (plates.get(ring.feature.properties.unit) || 0) * PLATE_TALL, half: Sotram.widthOf(ctx, name) / 2 + 2, tall: 7 };
        if (places.find(label)) continue;
        boxes.push(label);
        places.add(label, true);
        Sotram.drawText(ctx, name, label.x, label.y, c, 500, 11.5);
      }
      if (this.ground) this.ground.avoid = boxes;
    }

    *paintCounts(ctx, layer, stacked) {
      const heaps = new Map();
      layer.features.forEach((feature) => {
        const unit = feature.properties.unit;
        const place = stacked.get(unit);
        const key = place || unit;
        const heap = heaps.get(key) || { n: 0, feature: feature, place: place };
        heap.n += feature.properties.n;
        heaps.set(key, heap);
      });
      for (const heap of heaps.values()) {
        yield;
        const point = heap.place || this.point(heap.feature);
        const half = Sotram.drawCount(ctx, layer.name, text(heap.n), point.x, point.y, this.colours);
        this.note(layer, heap.feature, point, 12);
        if (this.ground) this.ground.avoid.push({ x: point.x, y: point.y, half: half, tall: PLATE_TALL / 2 });
        if (heap.place) heap.place.y += PLATE_TALL;
        else stacked.set(heap.feature.properties.unit, { x: point.x, y: point.y + PLATE_TALL });
      }
    }

    *paintThings(ctx, layer) {
      for (const feature of layer.features) {
        if (layer.tiles && feature.properties.n !== undefined) continue;
        yield;
        const at = this.point(feature);
        if (feature.properties.radius_m) this.paintRadius(ctx, feature, at);
        const [aside, below] = BESIDE[layer.name] || [0, 0];
        const point = { x: at.x + aside, y: at.y + below };
        Sotram.drawThing(ctx, layer.name, point.x, point.y, this.colours, feature.properties.weak, feature.properties);
        if (layer.name === "masts" && this.map.getZoom() >= CLASSES_FROM_ZOOM) this.nameMast(ctx, feature.properties, point);
        this.note(layer, feature, point, 8);
      }
    }

    /* How far a postal point serves, where the circle is of a size to be seen and not to cover everything. */
    paintRadius(ctx, feature, at) {
      const [lon, lat] = feature.geometry.coordinates;
      const east = this.map.latLngToLayerPoint([lat, lon + 0.01]);
      const pixels = (feature.properties.radius_m / this.map.distance([lat, lon], [lat, lon + 0.01])) * (east.x - at.x);
      if (pixels < LEAST_RADIUS || pixels > MOST_RADIUS) return;
      ctx.beginPath();
      ctx.arc(at.x, at.y, pixels, 0, Math.PI * 2);
      ctx.globalAlpha = 0.07;
      ctx.fillStyle = this.colours.postal;
      ctx.fill();
      ctx.globalAlpha = 0.6;
      ctx.setLineDash([4, 4]);
      ctx.lineWidth = 1;
      ctx.strokeStyle = this.colours.postal;
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.globalAlpha = 1;
    }

    /* Class and height under a mast, where there is room for them. */
    nameMast(ctx, p, point) {
      const words = [p.mast_class, p.height_m ? `${text(p.height_m)}\u00a0m` : ""].filter(Boolean).join(" · ");
      if (words) Sotram.drawText(ctx, words, point.x, point.y + 17, this.colours, 500, 11);
    }

    *paintLines(ctx, layer) {
      for (const feature of layer.features) {
        yield;
        ctx.lineJoin = "round";
        const points = feature.geometry.coordinates.map((at) => this.map.latLngToLayerPoint([at[1], at[0]]));
        ctx.beginPath();
        points.forEach((point) => ctx.lineTo(point.x, point.y));
        ctx.strokeStyle = this.colours.halo;
        ctx.lineWidth = 4;
        ctx.stroke();
        ctx.setLineDash(feature.properties.weak ? [7, 4] : []);
        ctx.strokeStyle = this.colours.route;
        ctx.lineWidth = 2;
        ctx.stroke();
        ctx.setLineDash([]);
        this.drawing.push({ layer: layer, feature: feature, points: points, radius: 3 });
      }
    }

    /* --- asking -------------------------------------------------------------------------------------------------- */

    distance(item, at) {
      if (!item.points) return Math.hypot(item.x - at.x, item.y - at.y);
      let least = Infinity;
      for (let i = 1; i < item.points.length; i += 1) least = Math.min(least, L.LineUtil.pointToSegmentDistance(at, item.points[i - 1], item.points[i]));
      return least;
    }

    /* Everything under a point of the map, nearest first; points before lines. */
    under(latlng, touch) {
      const at = this.map.latLngToLayerPoint(latlng);
      const near = touch ? NEAR_TOUCH : NEAR;
      return this.drawn
        .map((item) => ({ item: item, far: this.distance(item, at) }))
        .filter((hit) => hit.far <= hit.item.radius + near)
        .sort((a, b) => Boolean(a.item.points) - Boolean(b.item.points) || a.far - b.far)
        .map((hit) => hit.item);
    }

    /* What is in view, from what was fetched: {n, sites, states, operators}; lines and things count one each. */
    inView(layer) {
      const view = this.map.getBounds();
      const [west, south, east, north] = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
      const isIn = ([lon, lat]) => lon >= west && lon <= east && lat >= south && lat <= north;
      const sum = { n: 0, sites: 0, shared: 0, states: {}, operators: {}, technologies: {}, statuses: {} };
      const add = (into, from) => { for (const key in from) into[key] = (into[key] || 0) + from[key]; };
      layer.features.forEach((feature) => {
        const at = feature.geometry.coordinates;
        if (!(feature.geometry.type === "Point" ? isIn(at) : at.some(isIn))) return;
        const p = feature.properties;
        sum.n += p.n || 1;
        sum.sites += p.sites || 1;
        sum.shared += p.shared !== undefined ? p.shared : Object.keys(p.operators || {}).length > 1 ? 1 : 0;
        add(sum.states, p.states);
        add(sum.operators, p.operators);
        add(sum.technologies, p.technologies);
        add(sum.statuses, p.statuses);
      });
      return sum;
    }
  };

  Sotram.total = total;
  Sotram.number = text;

  /* Follow the theme: read the colours again when light, dark or contrast changes. */
  Sotram.followTheme = function (map, colours, redraw) {
    const again = () => { Object.assign(colours, Sotram.readColours(map.getContainer())); redraw(); };
    new MutationObserver(again).observe(document.documentElement, { attributes: true });
    if (document.fonts) document.fonts.ready.then(redraw);
  };

  /* What every map of ours does first. */
  Sotram.prepare = function (map, settings) {
    const box = map.getContainer();
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", settings.words.map);
    const [west, south, east, north] = settings.bounds;
    map.fitBounds([[south, west], [north, east]], { animate: false, padding: [12, 12] });
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    return Sotram.readColours(box);
  };
})();
