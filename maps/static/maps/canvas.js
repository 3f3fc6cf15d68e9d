/* What every map builds on: elements and words, and a canvas over the map that draws itself anew after each move, a little
   in each frame (Leaflet's Renderer looks after place and zoom animation). */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});

  Sotram.element = function (tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  /* Words with gaps: fill("%(n)s in view", {n: 3}). */
  Sotram.fill = function (words, values) {
    return words.replace(/%\((\w+)\)s/g, (all, name) => (name in values ? values[name] : all));
  };

  /* A picture on the page that is drawn out of sight and shown when it is whole. What is shown is a bitmap: of a canvas that
     could still be drawn on, a browser that draws without a graphics card makes a copy in every frame of a drag. */
  const SUPPORTED = "OffscreenCanvas" in window && "ImageBitmapRenderingContext" in window;
  Sotram.Picture = class {
    constructor(className) {
      this.element = document.createElement("canvas");
      this.element.className = className;
      this.paper = SUPPORTED ? new OffscreenCanvas(1, 1) : document.createElement("canvas");
    }

    /* Take a clean sheet of that many pixels of the screen's own; returns what to draw with. */
    begin(width, height) {
      this.paper.width = width;
      this.paper.height = height;
      return this.paper.getContext("2d");
    }

    show() {
      const { paper, element } = this;
      const ratio = window.devicePixelRatio || 1;
      element.width = paper.width;
      element.height = paper.height;
      element.style.width = paper.width / ratio + "px";
      element.style.height = paper.height / ratio + "px";
      if (SUPPORTED) element.getContext("bitmaprenderer").transferFromImageBitmap(paper.transferToImageBitmap());
      else element.getContext("2d").drawImage(paper, 0, 0);
    }
  };

  /* milliseconds of drawing at a time; between them the page answers */
  const BUDGET_MS = 12;
  const NOTHING = { next: () => ({ done: true }) };

  /* Whoever draws asks for its turn: one draws in each frame. frame: what requestAnimationFrame hands over. */
  let taken = 0;
  Sotram.takesTurn = function (frame) {
    if (frame === taken) return false;
    taken = frame;
    return true;
  };

  /* paint(ctx, bounds) draws at once, or is a generator that yields between the things it draws: then a large picture is
     drawn some milliseconds in each frame, and takes the place of the old one when it is whole. Until then the old one
     stands in at its place and scale. */
  Sotram.Canvas = L.Renderer.extend({
    initialize: function (paint, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._paint = paint;
      this._asked = 0;
      this._work = null;
      /* another canvas that is to be drawn before this one */
      this.after = null;
      /* whether there is nothing to draw */
      this.isEmpty = () => false;
    },

    _initContainer: function () {
      this._container = document.createElement("div");
      this._container.setAttribute("aria-hidden", "true");
      this._picture = new Sotram.Picture("st-map-canvas");
    },

    _destroyContainer: function () {
      cancelAnimationFrame(this._asked);
      this._asked = 0;
      this._work = null;
      this._container.remove();
      delete this._container;
    },

    _updatePaths: function () {},

    _update: function () {
      this.redraw();
    },

    /* Where the picture lies in a view: its corner is kept, for the size of the map may have changed since. */
    _updateTransform: function (center, zoom) {
      if (!this._corner) return;
      const scale = this._map.getZoomScale(zoom, this._zoom);
      L.DomUtil.setTransform(this._container, this._corner.multiplyBy(scale).subtract(this._map._getNewPixelOrigin(center, zoom)), scale);
    },

    _reset: function () {
      this._work = null;
      this._updateTransform(this._map.getCenter(), this._map.getZoom());
      this.redraw();
    },

    /* Draw again, once for many wishes, at the next frame. */
    redraw: function () {
      this._stale = true;
      this._ask();
    },

    /* Whether the picture is whole and nothing is to be drawn again. */
    isIdle: function () {
      return !this._asked && !this._work;
    },

    /* Draw now what is waiting, to the end. */
    finish: function () {
      if (!this._map || this.isIdle()) return;
      cancelAnimationFrame(this._asked);
      this._asked = 0;
      if (this._stale || !this._work) this._begin();
      this._go(Infinity);
    },

    _ask: function () {
      if (!this._map || this._asked) return;
      this._asked = requestAnimationFrame((frame) => {
        this._asked = 0;
        if (!this._map) return;
        /* the zoom's end asks anew */
        if (this._map._animatingZoom) this._work = null;
        else if (this.after && !this.after.isIdle()) this._ask();
        else if (!Sotram.takesTurn(frame)) this._ask();
        else {
          if (!this._work || !this._isOfView()) this._begin();
          this._go(BUDGET_MS);
        }
      });
    },

    _isOfView: function () {
      return this._work.zoom === this._map.getZoom() && this._work.origin.equals(this._map.getPixelOrigin());
    },

    _begin: function () {
      const map = this._map;
      const size = map.getSize();
      const min = map.containerPointToLayerPoint(size.multiplyBy(-this.options.padding)).round();
      const bounds = L.bounds(min, min.add(size.multiplyBy(1 + 2 * this.options.padding)).round());
      const wide = bounds.getSize();
      const ratio = window.devicePixelRatio || 1;
      this._stale = false;
      this._work = { steps: NOTHING, isEmpty: this.isEmpty(), bounds: bounds, zoom: map.getZoom(), origin: map.getPixelOrigin() };
      if (this._work.isEmpty) return;
      const ctx = this._picture.begin(Math.round(wide.x * ratio), Math.round(wide.y * ratio));
      ctx.setTransform(ratio, 0, 0, ratio, -min.x * ratio, -min.y * ratio);
      this._work.steps = this._paint(ctx, bounds) || NOTHING;
    },

    _go: function (budget) {
      const until = performance.now() + budget;
      while (!this._work.steps.next().done) {
        if (performance.now() > until) { this._ask(); return; }
      }
      this._show();
    },

    _show: function () {
      const { isEmpty, bounds, zoom, origin } = this._work;
      this._work = null;
      if (isEmpty) this._container.replaceChildren();
      else {
        this._picture.show();
        if (!this._container.firstChild) this._container.append(this._picture.element);
      }
      Object.assign(this, { _bounds: bounds, _corner: origin.add(bounds.min), _zoom: zoom });
      this._updateTransform(this._map.getCenter(), this._map.getZoom());
      this.fire("painted");
      if (this._stale) this._ask();
    },
  });

  /* The canvases of a map. */
  const canvasesOf = (map) => {
    const found = [];
    map.eachLayer((layer) => { if (layer instanceof Sotram.Canvas) found.push(layer); });
    return found;
  };

  /* Whether every canvas of a map is drawn to the end. */
  Sotram.isDrawn = (map) => canvasesOf(map).every((canvas) => canvas.isIdle());

  /* Draw now whatever waits to be drawn. */
  Sotram.drawNow = (map) => map.eachLayer((layer) => { if (layer instanceof Sotram.Canvas || layer instanceof Sotram.Board) layer.finish(); });

  /* Add a canvas in a pane of its own, which takes no pointer: the map itself answers clicks. */
  Sotram.addCanvas = function (map, name, zIndex, paint) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = "none";
    return new Sotram.Canvas(paint, { pane: name, padding: 0.25 }).addTo(map);
  };

  /* Call once for many wishes: at the next frame. */
  Sotram.soon = function (action) {
    let asked = 0;
    return function () {
      if (!asked) asked = requestAnimationFrame(() => { asked = 0; action(); });
    };
  };

  /* Call once for many wishes: when the page has nothing else to do, at the latest after the given milliseconds. */
  Sotram.later = function (action, most) {
    let asked = 0;
    return function () {
      if (asked) return;
      const idle = window.requestIdleCallback || ((call) => setTimeout(call, 1));
      asked = idle(() => { asked = 0; action(); }, { timeout: most });
    };
  };

  /* The box to ask for: the view with a margin, rounded outwards to a grid, so that small moves ask for the same box. */
  Sotram.askedBox = function (map) {
    const view = map.getBounds().pad(0.15);
    const step = 360 / Math.pow(2, Math.floor(map.getZoom()) + 2);
    const down = (value) => Math.floor(value / step) * step;
    const up = (value) => Math.ceil(value / step) * step;
    return [
      Math.max(down(view.getWest()), -180), Math.max(down(view.getSouth()), -90),
      Math.min(up(view.getEast()), 180), Math.min(up(view.getNorth()), 90),
    ].map((value) => Math.round(value * 1e6) / 1e6);
  };

  Sotram.contains = function (outer, inner) {
    return Boolean(outer) && outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
  };
})();
