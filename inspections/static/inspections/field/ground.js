// Draws the ground of the map on a canvas: provinces, communes with their names, cable routes; no tile of anybody is needed.

const L = window.L;

function colours(element) {
  const style = getComputedStyle(element);
  const names = ["land", "own", "line", "text", "halo", "route", "site", "paper"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]));
}

/** A canvas layer over the whole view that paints itself anew after each move. */
const Canvas = L.Layer.extend({
  initialize(paint, pane) {
    this.paint = paint;
    this.options = { pane };
  },
  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide");
    this.canvas.setAttribute("aria-hidden", "true");
    this.getPane().append(this.canvas);
    map.on("moveend zoomend resize viewreset", this.redraw, this);
    this.redraw();
  },
  onRemove(map) {
    map.off("moveend zoomend resize viewreset", this.redraw, this);
    this.canvas.remove();
  },
  redraw() {
    const map = this._map;
    if (!map) return;
    const size = map.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    Object.assign(this.canvas, { width: size.x * ratio, height: size.y * ratio });
    this.canvas.style.width = `${size.x}px`;
    this.canvas.style.height = `${size.y}px`;
    L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paint(pen, size);
  },
});

export class Ground {
  /** *around*: the surroundings of the package; with tiles below only names and routes are drawn. */
  constructor(map, around, { withAreas }) {
    this.map = map;
    this.around = around;
    this.withAreas = withAreas;
    for (const [name, order] of [["ground", 250], ["names", 450]]) {
      const pane = map.createPane(name);
      pane.style.zIndex = order;
      pane.style.pointerEvents = "none";
    }
    this.areas = new Canvas((pen, size) => this.paintAreas(pen, size), "ground").addTo(map);
    this.names = new Canvas((pen, size) => this.paintNames(pen, size), "names").addTo(map);
  }

  redraw() {
    this.areas.redraw();
    this.names.redraw();
  }

  trace(pen, points) {
    points.forEach(([lon, lat], place) => {
      const point = this.map.latLngToContainerPoint([lat, lon]);
      if (place) pen.lineTo(point.x, point.y);
      else pen.moveTo(point.x, point.y);
    });
  }

  paintAreas(pen) {
    const c = colours(this.map.getContainer());
    const far = this.map.getZoom() < 8;
    pen.lineJoin = "round";
    for (const unit of this.withAreas ? this.around.units : []) {
      const commune = unit.level === "commune";
      if (commune && far) continue;
      pen.beginPath();
      for (const ring of unit.rings) {
        this.trace(pen, ring);
        pen.closePath();
      }
      pen.fillStyle = commune ? c.own : c.land;
      pen.fill("evenodd");
      pen.strokeStyle = c.line;
      pen.lineWidth = commune ? 1 : 1.4;
      pen.stroke();
    }
    if (this.map.getZoom() >= 11) this.paintRoutes(pen, c);
  }

  paintRoutes(pen, c) {
    pen.strokeStyle = c.route;
    pen.lineWidth = 1.5;
    pen.setLineDash([5, 3]);
    pen.beginPath();
    for (const route of this.around.routes) this.trace(pen, route.line);
    pen.stroke();
    pen.setLineDash([]);
  }

  paintNames(pen) {
    const c = colours(this.map.getContainer());
    const zoom = this.map.getZoom();
    const placed = [];
    const font = getComputedStyle(document.body).fontFamily;
    const write = (text, lon, lat, weight, must) => {
      const at = this.map.latLngToContainerPoint([lat, lon]);
      const lines = text.split("\n");
      pen.font = `${weight} 12px ${font}`;
      const half = Math.max(...lines.map((line) => pen.measureText(line).width)) / 2 + 4;
      const tall = lines.length * 9;
      if (!must && placed.some((one) => Math.abs(one.x - at.x) < one.half + half && Math.abs(one.y - at.y) < one.tall + tall)) return;
      placed.push({ x: at.x, y: at.y, half, tall });
      Object.assign(pen, { textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3, strokeStyle: c.halo, fillStyle: c.text });
      lines.forEach((line, place) => {
        const y = at.y + (place - (lines.length - 1) / 2) * 17;
        pen.strokeText(line, at.x, y);
        pen.fillText(line, at.x, y);
      });
    };
    for (const label of this.around.labels) {
      if (zoom >= label.zooms[0] && zoom <= label.zooms[1]) write(label.text, label.lon, label.lat, 600, true);
    }
    const level = zoom < 9 ? "province" : "commune";
    for (const unit of this.around.units) {
      if (unit.level === level && unit.at) write(unit.name, unit.at[0], unit.at[1], 500, false);
    }
  }
}
