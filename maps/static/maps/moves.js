/* What has moved since a day: a hollow ring where it stood, an arrow to where it stands, and the list of the ways. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const { element, fill } = Sotram;
  const RING = 4.5;
  const HEAD = 7;
  /* pixels: a shorter arrow says nothing, then only the ring is drawn */
  const LEAST_ARROW = 10;
  const NEAR = 7;
  const LISTED = 200;
  const CLOSEST_ZOOM = 17;

  Sotram.Moves = class {
    /* mode: the register's mode; address: of the moves */
    constructor(mode, address) {
      this.mode = mode;
      this.console = mode.console;
      this.map = mode.map;
      this.words = mode.words;
      this.address = address;
      this.moves = [];
      this.drawn = [];
      this.canvas = Sotram.addCanvas(this.map, "moves", 410, (ctx) => this.paint(ctx));
      this.canvas.isEmpty = () => !this.moves.length;
      byId("moved-list").addEventListener("click", () => this.list());
    }

    /* Ask for the ways of what the filters leave, where they say since when. */
    async load() {
      const query = this.mode.filterQuery();
      const wanted = byId("changed-since").value ? `${this.address}?${query}` : "";
      this.asked = wanted;
      let found = { n: 0, moves: [] };
      if (wanted) {
        const answer = await fetch(wanted);
        if (this.asked !== wanted) return;
        if (answer.ok) found = await answer.json();
        else this.console.notice(this.words.moves_failed, true);
      }
      this.moves = found.moves;
      this.canvas.redraw();
      byId("moved").hidden = !wanted;
      byId("moved-list").hidden = !this.moves.length;
      byId("moved-words").textContent = this.moves.length
        ? fill(this.words.moved, { n: Sotram.number(found.n), metres: Sotram.lengthInWords(this.moves[0].metres) })
        : this.words.moved_none;
    }

    *paint(ctx) {
      this.drawn = [];
      const at = ([lon, lat]) => this.map.latLngToLayerPoint([lat, lon]);
      for (const move of this.moves) {
        yield;
        const [from, to] = [at(move.from), at(move.to)];
        this.draw(ctx, from, to, from.distanceTo(to));
        this.drawn.push({ move: move, from: from, to: to });
      }
    }

    draw(ctx, from, to, long) {
      const c = this.console.colours;
      if (long >= LEAST_ARROW) this.arrow(ctx, from, to, long, c);
      ctx.beginPath();
      ctx.arc(from.x, from.y, RING, 0, Math.PI * 2);
      ctx.fillStyle = c.paper;
      ctx.fill();
      ctx.setLineDash([2, 2]);
      ctx.lineWidth = 1.6;
      ctx.strokeStyle = c.accent;
      ctx.stroke();
      ctx.setLineDash([]);
    }

    arrow(ctx, from, to, long, c) {
      const [ux, uy] = [(to.x - from.x) / long, (to.y - from.y) / long];
      const [sx, sy] = [from.x + ux * RING, from.y + uy * RING];
      [[c.halo, 5], [c.accent, 2]].forEach(([colour, width]) => {
        ctx.beginPath();
        ctx.moveTo(sx, sy);
        ctx.lineTo(to.x, to.y);
        ctx.moveTo(to.x - HEAD * (ux - uy * 0.6), to.y - HEAD * (uy + ux * 0.6));
        ctx.lineTo(to.x, to.y);
        ctx.lineTo(to.x - HEAD * (ux + uy * 0.6), to.y - HEAD * (uy - ux * 0.6));
        ctx.lineCap = "round";
        ctx.lineJoin = "round";
        ctx.strokeStyle = colour;
        ctx.lineWidth = width;
        ctx.stroke();
      });
      ctx.lineCap = "butt";
    }

    /* The moves whose old place or arrow lies under a place. */
    under(latlng) {
      const at = this.map.latLngToLayerPoint(latlng);
      return this.drawn.filter((one) => L.LineUtil.pointToSegmentDistance(at, one.from, one.to) <= NEAR).map((one) => one.move);
    }

    describe(move) {
      const words = fill(this.words.moved_way, { metres: Sotram.lengthInWords(move.metres) });
      return { title: move.name, text: [move.site || move.number, words].join(" · ") };
    }

    /* A ring and an arrow, as on the map. */
    sign() {
      const canvas = element("canvas");
      const ratio = window.devicePixelRatio || 1;
      canvas.width = canvas.height = 20 * ratio;
      canvas.setAttribute("aria-hidden", "true");
      const ctx = canvas.getContext("2d");
      ctx.scale(ratio, ratio);
      this.draw(ctx, L.point(5, 15), L.point(16, 4), 16);
      return canvas;
    }

    show(move) {
      const both = L.latLngBounds([move.from, move.to].map(([lon, lat]) => [lat, lon]));
      this.map.fitBounds(both.pad(0.6), { maxZoom: CLOSEST_ZOOM });
    }

    /* Every way as a row of the sheet, the longest first. */
    list() {
      const sheet = element("div", "", "st-sheet");
      const head = element("section");
      const top = element("div", "", "st-sheet__top");
      top.append(element("span", this.words.moved_title), this.console.sheet.closeButton());
      head.append(top, element("p", byId("moved-words").textContent));
      const rows = element("ul", "", "st-map-rows");
      this.moves.slice(0, LISTED).forEach((move) => {
        const row = element("li");
        const button = element("button");
        const { title, text } = this.describe(move);
        const words = element("span");
        words.append(element("b", title), element("span", text));
        button.type = "button";
        button.append(this.sign(), words);
        button.addEventListener("click", () => this.show(move));
        row.append(button);
        rows.append(row);
      });
      head.append(rows);
      if (this.moves.length > LISTED) head.append(element("p", fill(this.words.moved_more, { n: Sotram.number(LISTED) })));
      sheet.append(head);
      this.console.sheet.show(sheet, true);
    }
  };
})();
