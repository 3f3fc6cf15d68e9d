/* The map of the network: links under nodes; a click tries what happens when that link or node fails. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const NEAR_NODE = 10;
  const NEAR_LINK = 6;
  const { element } = Sotram;
  const SYMBOL = { safe: "compliant", single: "overdue", cut: "unsafe" };

  class NetworkMap {
    constructor(map, settings) {
      this.map = map;
      this.settings = settings;
      this.nodes = [];
      this.links = [];
      this.colours = Sotram.prepare(map, settings);
      L.control.zoom({ position: "topright", zoomInTitle: settings.words.zoom_in, zoomOutTitle: settings.words.zoom_out }).addTo(map);
      this.ground = new Sotram.Ground(map, settings.ground, this.colours);
      map.getPane("names").style.zIndex = 350;
      this.canvas = Sotram.addCanvas(map, "network", 400, (ctx) => this.paint(ctx));
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
      this.nodes = found.nodes;
      this.failed = found.failed;
      const byId = new Map(this.nodes.map((node) => [node.id, node]));
      this.links = found.links.map((link) => ({ ...link, from: byId.get(link.a), to: byId.get(link.b) }));
      this.canvas.redraw();
      this.map.getContainer().dataset.features = String(this.nodes.length);
    }

    at(node) {
      return this.map.latLngToLayerPoint([node.lat, node.lon]);
    }

    paint(ctx) {
      const c = this.colours;
      this.links.sort((a, b) => Boolean(a.holds) - Boolean(b.holds)).forEach((link) => {
        const a = this.at(link.from);
        const b = this.at(link.to);
        const lost = link.from.lost || link.to.lost;
        ctx.beginPath();
        ctx.moveTo(a.x, a.y);
        ctx.lineTo(b.x, b.y);
        ctx.setLineDash(link.failed ? [2, 5] : []);
        ctx.globalAlpha = lost && !link.failed ? 0.45 : 1;
        ctx.strokeStyle = link.failed ? c.unsafe : link.holds ? c.overdue : c.route;
        ctx.lineWidth = link.failed ? 4 : link.holds ? Math.min(1.8 + Math.sqrt(link.holds) * 0.5, 5) : 1.5;
        ctx.stroke();
        ctx.setLineDash([]);
        ctx.globalAlpha = 1;
      });
      this.nodes.forEach((node) => this.paintNode(ctx, node));
    }

    /* Names of places keep out of the way of the nodes. */
    painted() {
      this.ground.avoid = this.nodes.map((node) => { const at = this.at(node); return { x: at.x, y: at.y, half: 7, tall: 7 }; });
      this.ground.names.redraw();
    }

    paintNode(ctx, node) {
      const c = this.colours;
      const at = this.at(node);
      if (node.holds) {
        ctx.beginPath();
        ctx.arc(at.x, at.y, 9, 0, Math.PI * 2);
        ctx.setLineDash([3, 2]);
        ctx.strokeStyle = c.overdue;
        ctx.lineWidth = 1.5;
        ctx.stroke();
        ctx.setLineDash([]);
      }
      if (node.lost || node.out || node.number === this.failed) Sotram.drawThing(ctx, "out", at.x, at.y, c, false);
      else if (node.standing === "centre") Sotram.drawThing(ctx, "nodes", at.x, at.y, c, false);
      else Sotram.drawState(ctx, SYMBOL[node.standing], at.x, at.y, c, 0.75);
    }

    /* What lies under the pointer: [title, text, what the address calls it]. */
    under(event) {
      const at = this.map.latLngToLayerPoint(event.latlng);
      const node = this.nodes.find((one) => this.at(one).distanceTo(at) <= NEAR_NODE);
      if (node) return [node.name, node.number, "node:" + node.number];
      const link = this.links.find((one) => L.LineUtil.pointToSegmentDistance(at, this.at(one.from), this.at(one.to)) <= NEAR_LINK);
      return link ? [link.code, link.from.name + " – " + link.to.name, "link:" + link.code] : null;
    }

    hover(event) {
      const hit = event ? this.under(event) : null;
      this.map.getContainer().style.cursor = hit ? "pointer" : "";
      this.tip.hidden = !hit;
      if (!hit) return;
      this.tip.replaceChildren(element("b", hit[0]), element("span", hit[1]));
      const at = event.containerPoint;
      const size = this.map.getSize();
      const left = at.x > size.x / 2;
      this.tip.style.inset = `${Math.min(at.y + 14, size.y - 60)}px ${left ? size.x - at.x + 10 + "px" : "auto"} auto ${left ? "auto" : at.x + 14 + "px"}`;
    }

    clicked(event) {
      const hit = this.under(event);
      if (!hit) return;
      const query = new URLSearchParams(location.search);
      query.set("fail", hit[2]);
      location.assign(`${this.settings.page}?${query}`);
    }
  }

  Sotram.openNetwork = function (map, settings) {
    Sotram.network = new NetworkMap(map, settings);
  };
})();
