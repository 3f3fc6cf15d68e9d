/* The map of the storm desk: communes by class, masts or stations as points; a click on one opens its sheet. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const NEAR = 9;
  const { element } = Sotram;

  class StormMap {
    constructor(map, settings) {
      this.map = map;
      this.settings = settings;
      this.points = [];
      this.areas = {};
      this.colours = Sotram.prepare(map, settings);
      L.control.zoom({ position: "topright", zoomInTitle: settings.words.zoom_in, zoomOutTitle: settings.words.zoom_out }).addTo(map);
      this.ground = new Sotram.Ground(map, settings.ground, this.colours);
      map.getPane("names").style.zIndex = 350;
      this.canvas = Sotram.addCanvas(map, "points", 400, (ctx) => this.paint(ctx));
      this.canvas.on("painted", () => this.painted());
      this.ground.names.after = this.canvas;
      this.tip = element("div", "", "st-tip");
      this.tip.hidden = true;
      map.getContainer().append(this.tip);
      Sotram.followTheme(map, this.colours, () => { this.ground.redraw(); this.canvas.redraw(); });
      map.on("mousemove", (event) => this.hover(event));
      map.on("mouseout", () => this.hover(null));
      map.on("click", (event) => this.clicked(event));
      this.load();
    }

    async load() {
      const answer = await fetch(this.settings.url, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      this.points = found.points;
      this.areas = found.areas;
      this.ground.shades = new Map(Object.entries(found.areas).map(([code, area]) => [code, area.step]));
      if (found.unit) this.ground.selected = new Set([found.unit]);
      this.ground.redraw();
      this.canvas.redraw();
      this.map.getContainer().dataset.features = String(this.points.length);
    }

    paint(ctx) {
      this.drawn = this.points.map((point) => {
        const at = this.map.latLngToLayerPoint([point.lat, point.lon]);
        const state = { look: "overdue", watch: "due", broken: "unsafe", minor: "due" }[point.sort];
        if (state) Sotram.drawState(ctx, state, at.x, at.y, this.colours, state === "due" ? 0.7 : 0.85);
        else Sotram.drawThing(ctx, "out", at.x, at.y, this.colours, false);
        return { point: point, at: at };
      });
    }

    /* Names of places keep out of the way of the points. */
    painted() {
      this.ground.avoid = this.drawn.map(({ at }) => ({ x: at.x, y: at.y, half: 5, tall: 5 }));
      this.ground.names.redraw();
    }

    under(event) {
      const at = this.map.latLngToLayerPoint(event.latlng);
      return (this.drawn || []).filter((one) => one.at.distanceTo(at) <= NEAR).map((one) => one.point).reverse();
    }

    hover(event) {
      const hits = event ? this.under(event) : [];
      const unit = event && !hits.length ? this.ground.unitAt(event.latlng) : null;
      const area = unit ? this.areas[unit.code] : null;
      this.map.getContainer().style.cursor = hits.length ? "pointer" : "";
      this.tip.hidden = !hits.length && !area;
      if (this.tip.hidden) return;
      if (hits.length) this.tip.replaceChildren(element("b", hits[0].name), element("span", hits[0].text));
      else this.tip.replaceChildren(element("b", unit.name), element("span", area.words));
      const at = event.containerPoint;
      const size = this.map.getSize();
      const left = at.x > size.x / 2;
      this.tip.style.inset = `${Math.min(at.y + 14, size.y - 60)}px ${left ? size.x - at.x + 10 + "px" : "auto"} auto ${left ? "auto" : at.x + 14 + "px"}`;
    }

    clicked(event) {
      const hit = this.under(event)[0];
      if (hit && hit.site) location.assign(this.settings.site.replace("REF", encodeURIComponent(hit.site)));
    }
  }

  Sotram.openStorm = function (map, settings) {
    Sotram.storm = new StormMap(map, settings);
  };
})();
