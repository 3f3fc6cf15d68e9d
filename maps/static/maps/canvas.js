/* What every map builds on: elements and words, and a canvas over the map that draws itself anew after each move
   (Leaflet's Renderer looks after place and zoom animation). */
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

  Sotram.Canvas = L.Renderer.extend({
    initialize: function (paint, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._paint = paint;
    },

    _initContainer: function () {
      const canvas = (this._container = document.createElement("canvas"));
      canvas.setAttribute("aria-hidden", "true");
      canvas.className = "st-map-canvas";
      this._ctx = canvas.getContext("2d");
    },

    _destroyContainer: function () {
      this._container.remove();
      delete this._container;
      delete this._ctx;
    },

    _updatePaths: function () {},

    _update: function () {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      this.redraw();
    },

    redraw: function () {
      if (!this._map || !this._ctx || !this._bounds) return;
      const size = this._bounds.getSize();
      const ratio = window.devicePixelRatio || 1;
      const canvas = this._container;
      L.DomUtil.setPosition(canvas, this._bounds.min);
      canvas.width = size.x * ratio;
      canvas.height = size.y * ratio;
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
      this._ctx.setTransform(ratio, 0, 0, ratio, -this._bounds.min.x * ratio, -this._bounds.min.y * ratio);
      this._paint(this._ctx, this._bounds);
    },
  });

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
