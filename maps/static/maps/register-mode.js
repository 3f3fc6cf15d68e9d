/* The register on the map: layers, legend, filters, counts, and what opens at a click. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const each = (selector, action) => document.querySelectorAll(selector).forEach(action);
  const byLayer = (name) => document.querySelector(`[data-layer="${name}"]`);
  const { element, fill } = Sotram;
  const dayInWords = (text) => {
    const language = document.documentElement.lang;
    const month = language === "vi" ? "2-digit" : "short";
    return new Date(text + "T00:00").toLocaleDateString(language, { day: "2-digit", month: month, year: "numeric" });
  };
  const FILTERS = ["organization", "technology", "band", "status", "unit", "certificate", "shared", "mast_class", "height", "kind"];
  const LAYER_OF = { base_station: "stations", postal_point: "postal", network_node: "nodes", internet_point: "internet" };
  const CLOSEST_ZOOM = 16;
  const COUNTED_WITHIN_MS = 250;

  class RegisterMode {
    constructor(console, settings) {
      this.console = console;
      this.map = console.map;
      this.words = { ...console.words, ...settings.words };
      this.settings = settings;
      this.totals = null;
      const boundaries = settings.layers.find((layer) => layer.name === "units");
      console.ground.shown = boundaries.on;
      const layers = settings.layers.filter((layer) => layer.name !== "units");
      this.live = new Sotram.Live(this.map, { layers: layers, operators: settings.operators, palette: settings.palette }, console.colours, console.ground);
      this.live.layers.forEach((layer) => { layer.today = settings.today; });
      this.live.colouring = settings.colouring;
      console.live = this.live;
      each("[data-hide]", (box) => { if (!box.checked) this.live.hidden[box.dataset.hide].add(box.value); });
      this.live.onchange = Sotram.later(() => this.count(), COUNTED_WITHIN_MS);
      this.live.heatTiles = settings.heat;
      this.live.view = byId("view-as").value;
      this.live.labels = byId("labels").checked;
      this.selection = new Sotram.Selection(this, settings.selection);
      this.paper = new Sotram.Print(console, () => this.inWords());
      this.live.picked = this.selection.drawing;
      this.moves = new Sotram.Moves(this, settings.moves);
      this.listen();
    }

    start(params) {
      this.mindTime();
      this.drawLegends();
      this.selection.tools.start(params);
      this.console.ground.setDay(byId("as-of").value);
      this.showUnits();
      this.live.setQuery(this.filterQuery());
      this.loadTotals();
      this.showView();
      this.loadShades();
      this.moves.load();
    }

    /* --- communes by a figure, heat, labels ------------------------------------------------------------------------ */

    showView() {
      const legend = byId("heat-legend");
      legend.hidden = this.live.view !== "heat";
      Sotram.paintHeatLegend(legend.querySelector("canvas"), this.console.colours);
    }

    async loadShades() {
      const code = byId("shade").value;
      const asked = code ? this.settings.shades.replace("CODE", code) + "?" + this.filterQuery() : "";
      this.askedShades = asked;
      let found = null;
      if (asked) {
        const answer = await fetch(asked);
        if (this.askedShades !== asked) return;
        if (answer.ok) found = await answer.json();
        else this.console.notice(fill(this.words.failed, { layers: byId("shade").selectedOptions[0].text }), true);
      }
      this.shades = found;
      const ground = this.console.ground;
      ground.shades = found ? new Map(Object.entries(found.units).map(([unit, [step]]) => [unit, step])) : null;
      ground.redraw();
      const list = byId("shade-legend");
      list.hidden = !found;
      list.replaceChildren(...(found ? this.shadeRows(found) : []));
    }

    shadeRows(found) {
      const c = this.console.colours;
      const lines = found.classes.map((words, step) => [words, c.ramp[step]]);
      if (found.few) lines.push([found.few, null]);
      return lines.filter(([words]) => words).map(([words, colour]) => {
        const row = element("li");
        const line = element("span");
        const canvas = element("canvas");
        canvas.width = canvas.height = 20;
        canvas.setAttribute("aria-hidden", "true");
        const ctx = canvas.getContext("2d");
        ctx.fillStyle = colour || Sotram.hatching(ctx, c);
        ctx.strokeStyle = c.muted;
        ctx.fillRect(2, 4, 16, 12);
        ctx.strokeRect(2.5, 4.5, 15, 11);
        line.append(canvas, element("span", words));
        row.append(line);
        return row;
      });
    }

    /* The communes of the filter and those that were picked stand out. */
    showUnits() {
      this.console.ground.selected = new Set([...this.chosen("unit"), ...this.selection.tools.picked()]);
      this.console.ground.redraw();
    }

    selectionChanged() {
      this.showUnits();
      this.live.redraw();
      this.console.writeAddress();
    }

    tool(name) {
      return this.selection.tools.tool(name);
    }

    key(event) {
      return this.selection.tools.key(event);
    }

    moved() {
      this.count();
    }

    settle() {
      return this.live.load();
    }

    /* The filters in words, for paper. */
    inWords() {
      const words = [...document.querySelectorAll("[data-filter]")].map((filter) => filter.querySelector("[data-label]").textContent.trim()).filter((text) => text.includes(":"));
      ["as-of", "changed-since"].forEach((id) => { const box = byId(id); if (box.value) words.push(`${document.querySelector(`label[for="${id}"]`).textContent.trim()}: ${dayInWords(box.value)}`); });
      if (byId("shade").value) words.push(byId("shade").selectedOptions[0].text);
      return words.join(" · ");
    }

    restyle() {
      this.drawLegends();
      this.showView();
      if (this.shades) byId("shade-legend").replaceChildren(...this.shadeRows(this.shades));
      this.live.redraw();
      this.moves.canvas.redraw();
      this.selection.drawing.redraw();
    }

    again() {
      this.live.load();
      this.moves.load();
    }

    /* --- address ------------------------------------------------------------------------------------------------- */

    chosen(name) {
      return [...document.querySelectorAll(`[data-filter] input[name="${name}"]:checked`)].map((box) => box.value).filter(Boolean);
    }

    filterPairs() {
      const pairs = FILTERS.flatMap((name) => this.chosen(name).map((value) => [name, value]));
      const day = byId("as-of").value;
      if (day) pairs.push(["as_of", day]);
      const since = byId("changed-since").value;
      if (since) pairs.push(["changed_since", since]);
      return pairs;
    }

    filterQuery() {
      return new URLSearchParams(this.filterPairs()).toString();
    }

    shownStates() {
      const hidden = this.live.hidden.safety;
      return hidden.size ? Sotram.STATES.filter((state) => !hidden.has(state)) : null;
    }

    /* Narrow a question to the classes that the legend of the present colours leaves; "none" is what nothing is. */
    narrow(query) {
      const colouring = this.live.colouring;
      const name = { safety: "safety", operator: "organization", technology: "newest", status: "status" }[colouring];
      if (!name || !this.live.hidden[colouring].size) return;
      const asked = this.chosen(name);
      const shown = [...document.querySelectorAll(`[data-hide="${colouring}"]:checked`)].map((box) => box.value).filter((code) => !asked.length || asked.includes(code));
      query.delete(name);
      (shown.length ? shown : ["none"]).forEach((code) => query.append(name, code));
    }

    pairs() {
      const pairs = [...this.filterPairs(), ...this.selection.tools.pairs()];
      if (!this.filterPairs().length) pairs.unshift(["status", ""]);
      const states = this.shownStates();
      ["operator", "technology", "status"].forEach((name) => {
        const hidden = [...this.live.hidden[name]];
        if (hidden.length) pairs.push(["hide", `${name}:${hidden.join(",")}`]);
      });
      if (states) pairs.push(["safety", states.join(",") || "none"]);
      if (this.live.colouring !== "safety") pairs.push(["colour", this.live.colouring]);
      if (this.live.view !== "symbols") pairs.push(["view", this.live.view]);
      if (byId("shade").value) pairs.push(["shade", byId("shade").value]);
      if (this.live.labels) pairs.push(["labels", "1"]);
      const on = this.settings.layers.filter((layer) => byLayer(layer.name).checked).map((layer) => layer.name);
      if (on.join() !== this.settings.usual.join()) pairs.push(["layers", on.join(",")]);
      this.writeList();
      return pairs;
    }

    /* The list holds the same stations as the map. */
    writeList() {
      const list = new URLSearchParams(this.filterPairs());
      this.narrow(list);
      byId("list-link").href = `${this.settings.list}?bbox=${this.console.box()}${list.size ? "&" + list.toString() : ""}`;
    }

    /* --- listening ----------------------------------------------------------------------------------------------- */

    listen() {
      each("[data-layer]", (box) => box.addEventListener("change", () => this.switchLayer(box)));
      each("[data-hide]", (box) => box.addEventListener("change", () => {
        this.live.hidden[box.dataset.hide][box.checked ? "delete" : "add"](box.value);
        this.live.redraw();
        this.console.writeAddress();
        this.selection.again();
        this.count();
      }));
      each("[data-colouring]", (button) => button.addEventListener("click", () => this.setColouring(button.dataset.colouring)));
      byId("filters").addEventListener("change", (event) => {
        if (event.target.name === "kind" && event.target.checked) this.showKind(event.target.value);
        this.filtersChanged();
      });
      byId("as-of").addEventListener("change", () => this.filtersChanged());
      byId("changed-since").addEventListener("change", () => this.filtersChanged());
      each("[data-day] button", (button) => button.addEventListener("click", () => this.forgetDay(button.parentElement)));
      byId("shade").addEventListener("change", () => { this.loadShades(); this.console.writeAddress(); });
      byId("view-as").addEventListener("change", (event) => { this.live.view = event.target.value; this.showView(); this.live.load(); this.console.writeAddress(); });
      byId("labels").addEventListener("change", (event) => { this.live.labels = event.target.checked; this.live.redraw(); this.console.writeAddress(); });
      byId("clear-filters").addEventListener("click", () => this.clearFilters());
      document.addEventListener("click", (event) => this.closeOthers(event.target));
      each("[data-unit-search]", (box) => Sotram.unitSearch(box, this.console.settings.search));
    }

    escape() {
      const open = document.querySelector(".st-map-filter[open]");
      if (!open) return this.selection.tools.escape();
      open.open = false;
      open.querySelector("summary").focus();
      return true;
    }

    closeOthers(target) {
      each(".st-map-filter[open]", (filter) => { if (!filter.contains(target)) filter.open = false; });
    }

    /* The symbols of the legends are those of the map. */
    drawLegends() {
      each("canvas[data-thing]", (canvas) => {
        const ratio = window.devicePixelRatio || 1;
        canvas.width = canvas.height = 20 * ratio;
        const ctx = canvas.getContext("2d");
        ctx.scale(ratio, ratio);
        const code = canvas.dataset.code;
        const p = { severity: code, kind: code, expiry: code, height_m: 40, base: "ground" };
        Sotram.drawThing(ctx, canvas.dataset.thing, 10, 10, this.console.colours, false, p);
      });
    }

    switchLayer(box) {
      each(`[data-legend-of="${box.dataset.layer}"]`, (part) => { part.hidden = !box.checked; });
      if (box.dataset.layer === "units") {
        this.console.ground.shown = box.checked;
        this.console.ground.redraw();
      } else this.live.setOn(box.dataset.layer, box.checked);
      this.console.writeAddress();
    }

    /* Who asks for a kind wants to see it. */
    showKind(kind) {
      const box = byLayer(LAYER_OF[kind]);
      if (!box || box.checked) return;
      box.checked = true;
      this.switchLayer(box);
    }

    setColouring(mode) {
      this.live.colouring = mode;
      each("[data-colouring]", (button) => button.setAttribute("aria-pressed", String(button.dataset.colouring === mode)));
      each("[data-for]", (part) => { part.hidden = part.dataset.for !== mode; });
      this.live.redraw();
      this.console.writeAddress();
      this.selection.again();
      this.count();
    }

    /* Safety is judged for today only: a map of the past shows operators. */
    mindTime() {
      const past = Boolean(byId("as-of").value);
      this.live.layers.forEach((layer) => { layer.today = byId("as-of").value || this.settings.today; });
      byId("as-of-note").hidden = !past;
      document.querySelector('[data-colouring="safety"]').disabled = past;
      const colouring = this.live.colouring;
      if (past && colouring === "safety") this.setColouring("operator");
      else if (!past && this.leftSafety && colouring === "operator") this.setColouring("safety");
      this.leftSafety = past && (this.leftSafety || colouring === "safety");
      each("[data-day]", (chip) => {
        const day = byId(chip.dataset.day).value;
        chip.hidden = !day;
        chip.querySelector("b").textContent = day ? dayInWords(day) : "";
      });
    }

    forgetDay(chip) {
      byId(chip.dataset.day).value = "";
      this.filtersChanged();
      document.querySelector(".st-map-filter summary").focus();
    }

    filtersChanged() {
      this.mindTime();
      each("[data-filter]", (filter) => Sotram.nameChip(filter, this.words.several));
      byId("clear-filters").hidden = !this.filterPairs().length;
      this.showUnits();
      this.console.ground.setDay(byId("as-of").value);
      this.live.setQuery(this.filterQuery());
      this.selection.again();
      this.loadShades();
      this.loadTotals();
      this.moves.load();
      this.console.writeAddress();
    }

    clearFilters() {
      each("[data-filter] input", (box) => { box.checked = box.type === "radio" && !box.value; });
      each("[data-unit-list]", (list) => list.replaceChildren());
      byId("as-of").value = "";
      byId("changed-since").value = "";
      this.filtersChanged();
      document.querySelector(".st-map-filter summary").focus();
    }

    /* --- counts -------------------------------------------------------------------------------------------------- */

    async loadTotals() {
      try {
        const answer = await fetch(this.settings.summary + "?" + this.filterQuery());
        if (!answer.ok) return;
        this.totals = await answer.json();
        this.count();
      } catch { /* the counts in view stay */ }
    }

    count() {
      const stations = this.live.layer("stations");
      const view = this.live.inView(stations);
      const n = Sotram.number;
      const all = this.totals ? this.totals.stations.n || 0 : null;
      const words = fill(this.words.in_view, { n: n(view.n), sites: n(view.sites) });
      const inAll = all === null ? "" : fill(this.words.in_all, { n: n(all) });
      byId("station-counts").textContent = stations.on ? [words, inAll].filter(Boolean).join(" · ") : inAll;
      this.console.peek(words);
      byId("shared-count").textContent = n(view.shared);
      byId("shared-count").closest("li").toggleAttribute("data-none", !view.shared);
      this.countLegend(view);
      this.live.layers.forEach((layer) => {
        const cell = document.querySelector(`[data-layer-count="${layer.name}"]`);
        const total = this.totals ? this.totals.layers[layer.name] : undefined;
        const seen = layer.on ? n(layer === stations ? view.n : this.live.inView(layer).n) + " / " : "";
        if (cell) cell.textContent = total === undefined ? "" : seen + n(total);
        if (layer.on && layer.by) this.countClasses(layer);
      });
      const failed = this.live.layers.filter((layer) => layer.on && layer.failed).map((layer) => layer.title);
      /* a notice of somebody else (a tool's hint, a measured length) stays */
      const isEmpty = stations.on && all === 0 && this.filterPairs().length > 0;
      if (failed.length) this.console.notice(fill(this.words.failed, { layers: failed.join(", ") }), true);
      else if (isEmpty) this.console.notice(byId("as-of").value ? this.words.none_then : this.words.none_match);
      else if (this.saidWhy) this.console.notice("");
      this.saidWhy = failed.length > 0 || isEmpty;
    }

    /* The legends of the other layers: asked of the server, which counts also what is drawn as cells. */
    async countClasses(layer) {
      const list = document.querySelector(`[data-legend-of="${layer.name}"]`);
      const show = (counts) => list.querySelectorAll("[data-class-count]").forEach((cell) => {
        const n = counts[cell.dataset.classCount] || 0;
        cell.textContent = Sotram.number(n);
        cell.closest("li").toggleAttribute("data-none", !n);
      });
      if (!list) return;
      if (layer.by === "expiry") {
        const singles = layer.features.filter((feature) => feature.properties.n === undefined);
        const counts = {};
        singles.forEach((feature) => { const at = feature.geometry.coordinates; if (this.map.getBounds().contains([at[1], at[0]])) counts[feature.properties.expiry] = (counts[feature.properties.expiry] || 0) + 1; });
        if (singles.length === layer.features.length) show(counts);
        else list.querySelectorAll("[data-class-count]").forEach((cell) => {
          cell.textContent = "";
          cell.closest("li").removeAttribute("data-none");
        });
        return;
      }
      const asked = `${layer.counts}?bbox=${this.console.box()}&${this.filterQuery()}`;
      if (layer.counted === asked) return;
      layer.counted = asked;
      const answer = await fetch(asked);
      if (!answer.ok || layer.counted !== asked) return;
      show((await answer.json()).classes[layer.by] || {});
    }

    countLegend(view) {
      const counts = { safety: view.states, technology: view.technologies, status: view.statuses }[this.live.colouring] || view.operators;
      const legend = byId("legend-" + this.live.colouring);
      legend.querySelectorAll("[data-count]").forEach((cell) => { cell.textContent = Sotram.number(counts[cell.dataset.count] || 0); });
      const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
      legend.querySelectorAll("[data-share]").forEach((cell) => {
        cell.textContent = view.n ? share.format((counts[cell.dataset.share] || 0) / view.n) : "";
      });
    }

    /* --- what lies under the pointer ------------------------------------------------------------------------------ */

    under(event) {
      const hits = this.live.under(event.latlng, false).map((item) => {
        const [title, text] = this.describe(item);
        return { title: title, text: text };
      });
      if (!hits.length) hits.push(...this.moves.under(event.latlng).map((move) => this.moves.describe(move)));
      const unit = hits.length || !this.shades ? null : this.console.ground.unitAt(event.latlng);
      if (unit && this.shades.units[unit.code]) return [{ title: unit.name, text: `${this.shades.title}: ${this.shades.units[unit.code][1]}`, quiet: true }];
      return hits;
    }

    describe(item) {
      const p = item.feature.properties;
      const n = Sotram.number;
      if (item.feature.members && item.feature.members.length > 1) return [fill(this.words.units, { n: item.feature.members.length }), ""];
      if (item.feature.cells) return [item.layer.title, n(item.feature.cells)];
      if (p.unit && p.n !== undefined) return [p.name, fill(this.words.count, { n: n(p.n), layer: item.layer.title })];
      if (item.layer.name !== "stations") return [p.name, item.layer.title];
      const names = Object.keys(p.operators).map((code) => (this.settings.operators[code] || { name: code }).name);
      return [p.name || p.site, names.join(", ")];
    }

    clicked(event) {
      const touch = event.originalEvent.pointerType === "touch" || window.matchMedia("(pointer: coarse)").matches;
      const hits = this.live.under(event.latlng, touch);
      if (!hits.length) {
        const [move] = this.moves.under(event.latlng);
        if (move && move.site) this.console.sheet.openSite(move.site, true);
        else if (move) this.console.sheet.open(this.console.settings.thing.replace("REF", encodeURIComponent(move.number)), true);
        return;
      }
      const first = hits[0].feature;
      if (first.cells) {
        const at = first.geometry.coordinates;
        this.map.setView([at[1], at[0]], Math.min(Math.floor(this.map.getZoom()) + 2, CLOSEST_ZOOM));
        return;
      }
      if (first.properties.unit && first.properties.n !== undefined && !first.properties.site) {
        const zoom = Math.max(Math.floor(this.map.getZoom()) + 1, first.members && first.members.length > 1 ? 0 : hits[0].layer.single_from);
        const at = first.geometry.coordinates;
        this.map.setView([at[1], at[0]], Math.min(zoom, CLOSEST_ZOOM));
        return;
      }
      const places = new Map();
      hits.forEach((hit) => { const key = this.keyOf(hit); if (key && !places.has(key)) places.set(key, hit); });
      if (places.size > 1) this.console.sheet.choose([...places.values()]);
      else this.console.sheet.openItem(hits[0]);
    }

    keyOf(item) {
      const p = item.feature.properties;
      return p.site || p.ref;
    }
  }

  Sotram.modes.register = RegisterMode;
})();
