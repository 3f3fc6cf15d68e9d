/* Violation cases on the map: discs with letters by field, state or age, the safety symbols by deadline; rings of counts
   where several lie together. The filters live in the address; a change loads the page anew. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const each = (selector, action) => document.querySelectorAll(selector).forEach(action);
  const { element, fill } = Sotram;
  const DAY_MS = 86400000;
  const TOGETHER = 34;
  const RADIUS = 10;
  const LISTED = 60;
  const CLOSEST_ZOOM = 17;

  class CasesMode {
    constructor(console, settings) {
      this.console = console;
      this.map = console.map;
      this.colours = console.colours;
      this.settings = settings;
      this.words = settings.words;
      this.colouring = settings.colouring;
      this.cases = [];
      this.hidden = { field: new Set(), state: new Set(), deadline: new Set(), age: new Set() };
      this.marks = {};
      Object.entries(settings.legends).forEach(([name, values]) => {
        this.marks[name] = new Map(values.map((value, place) => [value.code, { ...value, place: place }]));
      });
      this.heaps = [];
      this.canvas = Sotram.addCanvas(this.map, "cases", 440, (ctx) => this.paint(ctx));
      this.canvas.on("painted", () => this.painted());
      console.ground.names.after = this.canvas;
      this.selection = new Sotram.CasesSelection(this);
      this.paper = new Sotram.Print(console, () => this.inWords());
      this.listen();
    }

    start(params) {
      this.keys();
      this.selection.start(params);
      this.loading = this.load();
    }

    settle() {
      return this.loading;
    }

    tool(name) {
      return this.selection.tools.tool(name);
    }

    key(event) {
      return this.selection.tools.key(event);
    }

    /* The filters in words, for paper. */
    inWords() {
      const chosen = [...document.querySelectorAll("#filters .st-chip--active")].map((chip) => {
        const box = chip.querySelector("select");
        return `${box.getAttribute("aria-label")}: ${box.selectedOptions[0].text}`;
      });
      return [...chosen, this.selection.inWords()].filter(Boolean).join(" · ");
    }

    moved() {
      this.count();
    }

    restyle() {
      this.keys();
      this.canvas.redraw();
      this.selection.tools.drawing.redraw();
    }

    again() {
      this.loading = this.load();
    }

    escape() {
      const open = document.querySelector(".st-map-filter[open]");
      if (!open) return this.selection.tools.escape();
      open.open = false;
      open.querySelector("summary").focus();
      return true;
    }

    /* --- address and data ---------------------------------------------------------------------------------------- */

    filterPairs() {
      const query = new URLSearchParams(location.search);
      return this.settings.filters.flatMap((name) => query.getAll(name).filter(Boolean).map((value) => [name, value]));
    }

    pairs() {
      const pairs = [...this.filterPairs(), ...this.selection.pairs()];
      return this.colouring === "field" ? pairs : [...pairs, ["colour", this.colouring]];
    }

    async load() {
      try {
        const answer = await fetch(this.settings.points + "?" + new URLSearchParams(this.filterPairs()));
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        const today = Date.parse(this.settings.today);
        this.cases = found.cases.map((one) => ({ ...one, age: this.ageOf(one, today), deadline: this.deadlineOf(one, today) }));
        this.console.notice(found.more ? fill(this.words.more, { n: Sotram.number(this.cases.length) }) : "", false);
      } catch {
        this.console.notice(this.words.failed, true);
      }
      this.canvas.redraw();
      this.count();
      this.selection.show();
    }

    ageOf(one, today) {
      const days = (today - Date.parse(one.day)) / DAY_MS;
      return String(this.settings.ages.filter((limit) => days > limit).length);
    }

    deadlineOf(one, today) {
      if (!one.due) return "compliant";
      const days = (Date.parse(one.due) - today) / DAY_MS;
      if (days < 0) return "overdue";
      return days <= this.settings.soon ? "due" : "unknown";
    }

    /* --- drawing ------------------------------------------------------------------------------------------------- */

    colourOf(name, code) {
      const value = this.marks[name].get(code);
      if (name === "deadline") return this.colours[code];
      return this.colours.operators[(value ? value.place : 9) % this.colours.operators.length];
    }

    drawMark(ctx, name, code, x, y, exact) {
      ctx.globalAlpha = exact ? 1 : 0.62;
      if (name === "deadline") Sotram.drawState(ctx, code, x, y, this.colours, 1.2);
      else {
        ctx.beginPath();
        ctx.arc(x, y, RADIUS, 0, Math.PI * 2);
        ctx.fillStyle = this.colourOf(name, code);
        ctx.strokeStyle = this.colours.paper;
        ctx.lineWidth = 1.5;
        ctx.fill();
        ctx.stroke();
        const value = this.marks[name].get(code);
        ctx.font = "650 9.5px " + this.colours.font;
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.lineJoin = "round";
        ctx.lineWidth = 2.5;
        ctx.strokeStyle = "rgba(0, 0, 0, 0.75)";
        ctx.fillStyle = "#fff";
        ctx.strokeText(value ? value.mark : "", x, y + 0.5);
        ctx.fillText(value ? value.mark : "", x, y + 0.5);
      }
      ctx.globalAlpha = 1;
    }

    keys() {
      each("canvas[data-key]", (canvas) => {
        const ctx = canvas.getContext("2d");
        ctx.setTransform(2, 0, 0, 2, 0, 0);
        ctx.clearRect(0, 0, 20, 20);
        ctx.translate(10, 10);
        ctx.scale(0.85, 0.85);
        this.drawMark(ctx, canvas.dataset.key, canvas.dataset.code, 0, 0, true);
      });
    }

    shown() {
      const hidden = this.hidden[this.colouring];
      return hidden.size ? this.cases.filter((one) => !hidden.has(one[this.colouring])) : this.cases;
    }

    paint(ctx) {
      const cells = new Map();
      this.shown().forEach((one) => {
        const at = this.map.latLngToLayerPoint([one.lat, one.lon]);
        const key = `${Math.floor(at.x / TOGETHER)}:${Math.floor(at.y / TOGETHER)}`;
        const cell = cells.get(key) || { members: [], x: 0, y: 0 };
        cell.members.push(one);
        cell.x += at.x;
        cell.y += at.y;
        cells.set(key, cell);
      });
      this.heaps = [...cells.values()].map((cell) => ({
        members: cell.members, x: cell.x / cell.members.length, y: cell.y / cell.members.length,
      }));
      this.heaps.forEach((heap) => {
        const n = heap.members.length;
        heap.radius = this.radiusOf(heap);
        if (heap.members.some((one) => this.selection.has(one))) Sotram.drawPicked(ctx, heap.x, heap.y, this.colours, this.radiusOf(heap) + 5);
        if (n === 1) {
          this.drawMark(ctx, this.colouring, heap.members[0][this.colouring], heap.x, heap.y, heap.members[0].exact);
          return;
        }
        const sums = new Map();
        heap.members.forEach((one) => sums.set(one[this.colouring], (sums.get(one[this.colouring]) || 0) + 1));
        const parts = [...sums].map(([code, count]) => [this.colourOf(this.colouring, code), count]);
        Sotram.drawRing(ctx, Sotram.number(n), parts, heap.x, heap.y, heap.radius, this.colours);
      });
    }

    radiusOf(heap) {
      return heap.members.length === 1 ? RADIUS : Math.min(12 + Math.log2(heap.members.length) * 2, 26);
    }

    /* Names of places keep out of the way of the cases. */
    painted() {
      this.console.ground.avoid = this.heaps.map((heap) => ({ x: heap.x, y: heap.y, half: heap.radius + 1, tall: heap.radius + 1 }));
      this.console.ground.names.redraw();
    }

    count() {
      const view = this.map.getBounds();
      const seen = this.shown().filter((one) => view.contains([one.lat, one.lon]));
      const words = fill(this.words.in_view, { n: Sotram.number(seen.length) });
      byId("case-counts").textContent = words;
      this.console.peek(words);
      const all = this.cases.filter((one) => view.contains([one.lat, one.lon]));
      const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 0 });
      each(`[data-for="${this.colouring}"] [data-count]`, (cell) => {
        const n = all.filter((one) => one[this.colouring] === cell.dataset.count).length;
        cell.textContent = Sotram.number(n);
        cell.nextElementSibling.textContent = all.length ? share.format(n / all.length) : "";
      });
    }

    /* --- listening ----------------------------------------------------------------------------------------------- */

    listen() {
      each("[data-colouring]", (button) => button.addEventListener("click", () => this.setColouring(button.dataset.colouring)));
      each("[data-hide]", (box) => box.addEventListener("change", () => {
        this.hidden[box.dataset.hide][box.checked ? "delete" : "add"](box.value);
        this.canvas.redraw();
        this.count();
      }));
    }

    setColouring(name) {
      this.colouring = name;
      each("[data-colouring]", (button) => button.setAttribute("aria-pressed", String(button.dataset.colouring === name)));
      each("[data-for]", (part) => { part.hidden = part.dataset.for !== name; });
      this.canvas.redraw();
      this.console.writeAddress();
      this.count();
      this.selection.show();
    }

    hit(event) {
      const at = this.map.latLngToLayerPoint(event.latlng);
      const near = this.heaps.map((heap) => ({ heap: heap, far: Math.hypot(heap.x - at.x, heap.y - at.y) }));
      const found = near.filter((one) => one.far <= one.heap.radius + 4).sort((a, b) => a.far - b.far)[0];
      return found ? found.heap : null;
    }

    describe(one) {
      const day = (text) => new Intl.DateTimeFormat(document.documentElement.lang).format(new Date(text));
      const words = [this.marks.state.get(one.state)?.name, this.marks.field.get(one.field)?.name, fill(this.words.detected, { day: day(one.day) })];
      if (one.due) words.push(fill(this.words.due, { day: day(one.due) }));
      if (!one.exact) words.push(this.words.inexact);
      return words.filter(Boolean).join(" · ");
    }

    under(event) {
      const heap = this.hit(event);
      if (!heap) return [];
      if (heap.members.length > 1) return [{ title: fill(this.words.several, { n: Sotram.number(heap.members.length) }), text: "" }];
      return [{ title: heap.members[0].number, text: this.describe(heap.members[0]) }];
    }

    clicked(event) {
      const heap = this.hit(event);
      if (!heap) return;
      const zoom = this.map.getZoom();
      const spread = L.latLngBounds(heap.members.map((one) => [one.lat, one.lon]));
      const apart = spread.getNorthEast().distanceTo(spread.getSouthWest()) > 5;
      if (heap.members.length > 1 && apart && zoom < CLOSEST_ZOOM) this.map.fitBounds(spread.pad(0.2), { maxZoom: Math.max(zoom + 1, CLOSEST_ZOOM - 1) });
      else this.list(heap.members);
    }

    /* Everything at one point, in the sheet. */
    list(members) {
      const sheet = element("div", "", "st-sheet");
      const head = element("section");
      const top = element("div", "", "st-sheet__top");
      top.append(element("span", fill(this.words.several, { n: Sotram.number(members.length) })), this.console.sheet.closeButton());
      const rows = element("ul", "", "st-list");
      rows.append(...members.slice(0, LISTED).map((one) => {
        const row = element("li");
        const box = element("div");
        const link = element("a", one.number);
        link.href = this.settings.page.replace("REF", one.id);
        box.append(link, element("span", this.describe(one), "st-second"));
        row.append(element("span"), box);
        return row;
      }));
      head.append(top, rows);
      if (members.length > LISTED) head.append(element("p", fill(this.words.not_listed, { n: Sotram.number(members.length - LISTED) })));
      sheet.append(head);
      this.console.sheet.show(sheet, true);
    }
  }

  Sotram.modes = Sotram.modes || {};
  Sotram.modes.cases = CasesMode;
})();
