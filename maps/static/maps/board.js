/* A board of canvases, one for each tile of the view, in a pane of the map. A cell is drawn once and moves with the map;
   many are drawn one after the other with pauses between, so that the page answers while a country is drawn. Leaflet's
   Renderer looks after the animation of a zoom. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  /* milliseconds of drawing in one frame */
  const BUDGET_MS = 12;
  /* part of the view that is drawn around it */
  const AROUND = 0.2;
  /* while the map is dragged, cells are laid so often */
  const WHILE_MOVING_MS = 120;
  /* a cell of the zoom before stays at most so long under those that are drawn anew */
  const MOST_WAIT_MS = 2000;

  Sotram.Board = L.Renderer.extend({
    /* paint(ctx, cell): ctx has its origin in the cell's corner, cell: {z, x, y, key, scale (pixels of the whole plane),
       side (pixels)}; options.margin: pixels around a cell in which it may draw; isSettled(key): nothing more comes */
    initialize: function (paint, isSettled, options) {
      L.Renderer.prototype.initialize.call(this, { padding: 0, ...options });
      this._paint = paint;
      this._isSettled = isSettled;
      this._cells = new Map();
      this._old = [];
      this._queue = new Set();
    },

    _initContainer: function () {
      this._container = document.createElement("div");
      this._container.setAttribute("aria-hidden", "true");
    },

    _destroyContainer: function () {
      this._container.remove();
      delete this._container;
    },

    _updatePaths: function () {},

    getEvents: function () {
      return { ...L.Renderer.prototype.getEvents.call(this), move: this._moving };
    },

    /* A long drag comes to where nothing was laid yet. */
    _moving: function () {
      const now = performance.now();
      if (!this._bounds || this._map._animatingZoom || now - (this._movedAt || 0) < WHILE_MOVING_MS) return;
      this._movedAt = now;
      if (this._map.getZoom() === this._zoom) this.lay();
    },

    _update: function () {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this.lay();
    },

    /* Whether nothing waits to be drawn. */
    isIdle: function () {
      return !this._queue.size && !this._old.length;
    },

    /* Draw now what waits to be drawn. */
    finish: function () {
      this._queue.forEach((key) => this._drawCell(this._cells.get(key)));
      this._queue.clear();
      this._swap();
    },

    /* The tiles that the board covers. */
    tiles: function () {
      return Sotram.tilesOf(this._map.getBounds().pad(AROUND), Sotram.tileZoom(this._map.getZoom()));
    },

    /* Put cells where the view needs them, and draw those that are new. */
    lay: function () {
      if (!this._map || !this._bounds) return;
      const scale = 256 * 2 ** this._map.getZoom();
      if (scale !== this._scale) this._retire(scale);
      this._scale = scale;
      const wanted = this.tiles();
      const keys = new Set(wanted.map((tile) => tile.key));
      this._cells.forEach((cell, key) => { if (!keys.has(key)) { cell.canvas.remove(); this._cells.delete(key); this._queue.delete(key); } });
      wanted.forEach((tile) => {
        if (!this._cells.has(tile.key)) { this._cells.set(tile.key, this._cell(tile, scale)); this._queue.add(tile.key); }
      });
      this._cells.forEach((cell) => this._place(cell, 1));
      this._old.forEach((cell) => this._place(cell, scale / cell.scale));
      this.fire("laid");
      this._draw();
    },

    /* Draw again: a tile that arrived, or everything. */
    redraw: function (key) {
      if (key === undefined) this._cells.forEach((_cell, one) => this._queue.add(one));
      else if (this._cells.has(key)) this._queue.add(key);
      this._draw();
    },

    _retire: function (scale) {
      const drawn = [...this._cells.values()].filter((cell) => cell.drawn && cell.canvas.style.visibility !== "hidden");
      [...this._cells.values()].filter((cell) => !drawn.includes(cell)).forEach((cell) => cell.canvas.remove());
      /* what two zooms ago was not replaced is too old to stand in */
      if (drawn.length) { this._old.forEach((cell) => cell.canvas.remove()); this._old = drawn; }
      this._cells.clear();
      this._queue.clear();
      this._retiredAt = performance.now();
      this._old.forEach((cell) => this._place(cell, scale / cell.scale));
    },

    _cell: function (tile, scale) {
      const picture = new Sotram.Picture("st-map-cell");
      this._container.append(picture.element);
      if (this._old.length) picture.element.style.visibility = "hidden";
      return { ...tile, scale: scale, side: scale / 2 ** tile.z, picture: picture, canvas: picture.element, drawn: false };
    },

    _place: function (cell, zoomed) {
      const margin = (this.options.margin || 0) * zoomed;
      const origin = this._map.getPixelOrigin();
      const side = this._scale / 2 ** cell.z;
      const at = L.point(cell.x * side - origin.x - this._bounds.min.x - margin, cell.y * side - origin.y - this._bounds.min.y - margin);
      if (zoomed === 1) L.DomUtil.setPosition(cell.canvas, at.round());
      else L.DomUtil.setTransform(cell.canvas, at, zoomed);
    },

    _draw: function () {
      if (this._asked || !this._map) return;
      this._asked = requestAnimationFrame((frame) => {
        this._asked = 0;
        if (!this._map) return;
        if (!Sotram.takesTurn(frame)) { this._draw(); return; }
        const start = performance.now();
        for (const key of this._queue) {
          this._queue.delete(key);
          this._drawCell(this._cells.get(key));
          if (performance.now() - start > BUDGET_MS) break;
        }
        this._swap();
        if (this._queue.size) this._draw();
        else this.fire("drawn");
      });
    },

    _drawCell: function (cell) {
      const ratio = window.devicePixelRatio || 1;
      const margin = this.options.margin || 0;
      const size = Math.ceil((cell.side + 2 * margin) * ratio);
      const ctx = cell.picture.begin(size, size);
      ctx.setTransform(ratio, 0, 0, ratio, margin * ratio, margin * ratio);
      this._paint(ctx, cell);
      cell.picture.show();
      cell.drawn = true;
    },

    /* Once the new cells are complete they take the place of those of the zoom before. */
    _swap: function () {
      if (!this._old.length) return;
      const ready = [...this._cells.values()].every((cell) => cell.drawn && this._isSettled(cell.key));
      if (!ready && performance.now() - this._retiredAt < MOST_WAIT_MS) {
        if (!this._queue.size) setTimeout(() => { if (this._map) this._draw(); }, 100);
        return;
      }
      this._old.forEach((cell) => cell.canvas.remove());
      this._old = [];
      this._cells.forEach((cell) => { cell.canvas.style.visibility = ""; });
    },
  });

  Sotram.addBoard = function (map, name, zIndex, margin, paint, isSettled) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = "none";
    return new Sotram.Board(paint, isSettled, { pane: name, margin: margin }).addTo(map);
  };
})();
