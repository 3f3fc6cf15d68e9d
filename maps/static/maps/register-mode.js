/* The register on the map: layers, legend, filters, counts, and what opens at a click. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const each = (selector, action) => document.querySelectorAll(selector).forEach(action);
  const byLayer = (name) => document.querySelector(`[data-layer="${name}"]`);
  const { element, fill } = Sotram;
  const FILTERS = ["organization", "technology", "status", "unit", "certificate", "shared"];
  const CLOSEST_ZOOM = 16;

  class RegisterMode {
    constructor(console, settings) {
      this.console = console;
      this.map = console.map;
      this.words = console.words;
      this.settings = settings;
      this.totals = null;
      const boundaries = settings.layers.find((layer) => layer.name === "units");
      console.ground.shown = boundaries.on;
      const layers = settings.layers.filter((layer) => layer.name !== "units");
      this.live = new Sotram.Live(this.map, { layers: layers, operators: settings.operators }, console.colours, console.ground);
      this.live.colouring = settings.colouring;
      console.live = this.live;
      each("[data-hide]", (box) => { if (!box.checked) this.live.hidden[box.dataset.hide].add(box.value); });
      this.live.onchange = () => this.count();
      this.listen();
    }

    start() {
      this.mindTime();
      this.console.ground.selected = new Set(this.chosen("unit"));
      this.live.setQuery(this.filterQuery());
      this.loadTotals();
    }

    moved() {
      this.count();
    }

    restyle() {
      this.live.redraw();
    }

    again() {
      this.live.load();
    }

    /* --- address ------------------------------------------------------------------------------------------------- */

    chosen(name) {
      return [...document.querySelectorAll(`[data-filter] input[name="${name}"]:checked`)].map((box) => box.value).filter(Boolean);
    }

    filterPairs() {
      const pairs = FILTERS.flatMap((name) => this.chosen(name).map((value) => [name, value]));
      const day = byId("as-of").value;
      return day ? [...pairs, ["as_of", day]] : pairs;
    }

    filterQuery() {
      return new URLSearchParams(this.filterPairs()).toString();
    }

    shownStates() {
      const hidden = this.live.hidden.safety;
      return hidden.size ? Sotram.STATES.filter((state) => !hidden.has(state)) : null;
    }

    pairs() {
      const pairs = this.filterPairs();
      const states = this.shownStates();
      if (states) pairs.push(["safety", states.join(",") || "none"]);
      if (this.live.colouring !== "safety") pairs.push(["colour", this.live.colouring]);
      const on = this.settings.layers.filter((layer) => byLayer(layer.name).checked).map((layer) => layer.name);
      if (on.join() !== this.settings.usual.join()) pairs.push(["layers", on.join(",")]);
      this.writeList(states);
      return pairs.length ? pairs : [["status", ""]];
    }

    /* The list holds the same stations as the map. */
    writeList(states) {
      const list = new URLSearchParams(this.filterPairs());
      (states || []).forEach((state) => list.append("safety", state));
      byId("list-link").href = `${this.settings.list}?bbox=${this.console.box()}${list.size ? "&" + list.toString() : ""}`;
    }

    /* --- listening ----------------------------------------------------------------------------------------------- */

    listen() {
      each("[data-layer]", (box) => box.addEventListener("change", () => this.switchLayer(box)));
      each("[data-hide]", (box) => box.addEventListener("change", () => {
        this.live.hidden[box.dataset.hide][box.checked ? "delete" : "add"](box.value);
        this.live.redraw();
        this.console.writeAddress();
        this.count();
      }));
      each("[data-colouring]", (button) => button.addEventListener("click", () => this.setColouring(button.dataset.colouring)));
      byId("filters").addEventListener("change", () => this.filtersChanged());
      byId("as-of").addEventListener("change", () => this.filtersChanged());
      byId("clear-filters").addEventListener("click", () => this.clearFilters());
      document.addEventListener("click", (event) => this.closeOthers(event.target));
      each("[data-unit-search]", (box) => Sotram.unitSearch(box, this.console.settings.search));
    }

    escape() {
      const open = document.querySelector(".st-map-filter[open]");
      if (!open) return false;
      open.open = false;
      open.querySelector("summary").focus();
      return true;
    }

    closeOthers(target) {
      each(".st-map-filter[open]", (filter) => { if (!filter.contains(target)) filter.open = false; });
    }

    switchLayer(box) {
      if (box.dataset.layer === "units") {
        this.console.ground.shown = box.checked;
        this.console.ground.redraw();
      } else this.live.setOn(box.dataset.layer, box.checked);
      this.console.writeAddress();
    }

    setColouring(mode) {
      this.live.colouring = mode;
      each("[data-colouring]", (button) => button.setAttribute("aria-pressed", String(button.dataset.colouring === mode)));
      each("[data-for]", (part) => { part.hidden = part.dataset.for !== mode; });
      this.live.redraw();
      this.console.writeAddress();
      this.count();
    }

    /* Safety is judged for today only: a map of the past shows operators. */
    mindTime() {
      const past = Boolean(byId("as-of").value);
      byId("as-of-note").hidden = !past;
      document.querySelector('[data-colouring="safety"]').disabled = past;
      if (past && this.live.colouring === "safety") this.setColouring("operator");
    }

    filtersChanged() {
      this.mindTime();
      each("[data-filter]", (filter) => Sotram.nameChip(filter, this.words.several));
      byId("clear-filters").hidden = !this.filterPairs().length;
      this.console.ground.selected = new Set(this.chosen("unit"));
      this.console.ground.redraw();
      this.live.setQuery(this.filterQuery());
      this.loadTotals();
      this.console.writeAddress();
    }

    clearFilters() {
      each("[data-filter] input", (box) => { box.checked = box.type === "radio" && !box.value; });
      each("[data-unit-list]", (list) => list.replaceChildren());
      byId("as-of").value = "";
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
      byId("station-counts").textContent = all === null ? words : `${words} · ${fill(this.words.in_all, { n: n(all) })}`;
      this.console.peek(words);
      byId("shared-count").textContent = n(view.shared);
      this.countLegend(view);
      this.live.layers.forEach((layer) => {
        const cell = document.querySelector(`[data-layer-count="${layer.name}"]`);
        const total = this.totals ? this.totals.layers[layer.name] : undefined;
        const seen = layer.on ? n(layer === stations ? view.n : this.live.inView(layer).n) + " / " : "";
        if (cell) cell.textContent = total === undefined ? "" : seen + n(total);
      });
      const failed = this.live.layers.filter((layer) => layer.on && layer.failed).map((layer) => layer.title);
      this.console.notice(failed.length ? fill(this.words.failed, { layers: failed.join(", ") }) : "", true);
    }

    countLegend(view) {
      const counts = this.live.colouring === "safety" ? view.states : view.operators;
      const legend = byId("legend-" + this.live.colouring);
      legend.querySelectorAll("[data-count]").forEach((cell) => { cell.textContent = Sotram.number(counts[cell.dataset.count] || 0); });
      const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
      legend.querySelectorAll("[data-share]").forEach((cell) => {
        cell.textContent = view.n ? share.format((counts[cell.dataset.share] || 0) / view.n) : "";
      });
    }

    /* --- what lies under the pointer ------------------------------------------------------------------------------ */

    under(event) {
      return this.live.under(event.latlng, false).map((item) => {
        const [title, text] = this.describe(item);
        return { title: title, text: text };
      });
    }

    describe(item) {
      const p = item.feature.properties;
      const n = Sotram.number;
      if (item.feature.members && item.feature.members.length > 1) return [fill(this.words.units, { n: item.feature.members.length }), ""];
      if (p.unit) return [p.name, fill(this.words.count, { n: n(p.n), layer: item.layer.title })];
      if (item.layer.name !== "stations") return [p.name, item.layer.title];
      const names = Object.keys(p.operators).map((code) => (this.settings.operators[code] || { name: code }).name);
      return [p.name || p.site, names.join(", ")];
    }

    clicked(event) {
      const touch = event.originalEvent.pointerType === "touch" || window.matchMedia("(pointer: coarse)").matches;
      const hits = this.live.under(event.latlng, touch);
      if (!hits.length) return;
      const first = hits[0].feature;
      if (first.properties.unit) {
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
