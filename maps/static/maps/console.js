/* The console: layers, legend, filters, search, sheet and address, around the map that the page started. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const each = (selector, action) => document.querySelectorAll(selector).forEach(action);
  const FILTERS = ["organization", "technology", "status", "unit"];
  const SINGLE = ["certificate", "shared"];

  const { element, fill } = Sotram;

  class Console {
    constructor(map, settings) {
      this.map = map;
      this.settings = settings;
      this.words = settings.words;
      this.colours = Sotram.prepare(map, settings);
      const start = new URLSearchParams(location.search);
      const boundaries = settings.layers.find((layer) => layer.name === "units");
      this.ground = new Sotram.Ground(map, settings.ground, this.colours);
      this.ground.shown = boundaries.on;
      const layers = settings.layers.filter((layer) => layer.name !== "units");
      this.live = new Sotram.Live(map, { layers: layers, operators: settings.operators }, this.colours, this.ground);
      this.live.colouring = settings.colouring;
      each("[data-hide]", (box) => { if (!box.checked) this.live.hidden[box.dataset.hide].add(box.value); });
      this.live.onchange = () => this.count();
      this.site = start.get("site");
      this.totals = null;
      Sotram.followTheme(map, this.colours, () => { this.ground.redraw(); this.live.redraw(); });
      const found = this.readPlace();
      this.listen();
      this.mindTime();
      this.ground.selected = new Set(this.chosen("unit"));
      this.live.setQuery(this.filterQuery());
      this.loadTotals();
      this.writeAddress();
      if (this.site) this.sheet.openSite(this.site, false, !found);
      map.on("moveend", () => { this.writeAddress(); this.count(); });
    }

    /* --- address ------------------------------------------------------------------------------------------------- */

    readPlace() {
      const found = /^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(location.hash);
      if (found) this.map.setView([Number(found[2]), Number(found[3])], Number(found[1]), { animate: false });
      return Boolean(found);
    }

    chosen(name) {
      return [...document.querySelectorAll(`[data-filter] input[name="${name}"]:checked`)].map((box) => box.value).filter(Boolean);
    }

    filterPairs() {
      const pairs = [];
      FILTERS.concat(SINGLE).forEach((name) => this.chosen(name).forEach((value) => pairs.push([name, value])));
      const day = byId("as-of").value;
      if (day) pairs.push(["as_of", day]);
      return pairs;
    }

    filterQuery() {
      return new URLSearchParams(this.filterPairs()).toString();
    }

    writeAddress() {
      const query = new URLSearchParams(this.filterPairs());
      const hidden = this.live.hidden.safety;
      if (hidden.size) query.set("safety", Sotram.STATES.filter((state) => !hidden.has(state)).join(",") || "none");
      if (this.live.colouring !== "safety") query.set("colour", this.live.colouring);
      const on = this.settings.layers.filter((layer) => byLayer(layer.name).checked).map((layer) => layer.name);
      if (on.join() !== this.settings.usual.join()) query.set("layers", on.join(","));
      if (this.site) query.set("site", this.site);
      if (!query.size) query.set("status", "");
      const centre = this.map.getCenter();
      const place = `#${this.map.getZoom()}/${centre.lat.toFixed(5)}/${centre.lng.toFixed(5)}`;
      history.replaceState(null, "", `${location.pathname}?${query.toString().replace(/%2C/g, ",")}${place}`);
      const view = this.map.getBounds();
      const box = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((v) => v.toFixed(5)).join(",");
      const list = new URLSearchParams(this.filterPairs());
      if (hidden.size) Sotram.STATES.filter((state) => !hidden.has(state)).forEach((state) => list.append("safety", state));
      byId("list-link").href = `${this.settings.list}?bbox=${box}${list.size ? "&" + list.toString() : ""}`;
    }

    /* --- listening ----------------------------------------------------------------------------------------------- */

    listen() {
      each("[data-layer]", (box) => box.addEventListener("change", () => this.switchLayer(box)));
      each("[data-hide]", (box) => box.addEventListener("change", () => {
        this.live.hidden[box.dataset.hide][box.checked ? "delete" : "add"](box.value);
        this.live.redraw();
        this.writeAddress();
        this.count();
      }));
      each("[data-colouring]", (button) => button.addEventListener("click", () => this.setColouring(button.dataset.colouring)));
      each("[data-tool]", (button) => button.addEventListener("click", () => this.tool(button.dataset.tool)));
      byId("filters").addEventListener("change", () => this.filtersChanged());
      byId("as-of").addEventListener("change", () => this.filtersChanged());
      byId("clear-filters").addEventListener("click", () => this.clearFilters());
      byId("share-link").addEventListener("click", () => this.share());
      byId("map-notice-again").addEventListener("click", () => this.live.load());
      byId("panel-handle").addEventListener("click", () => this.turnPanel());
      this.sheet = new Sotram.Sheet(this, byId("sheet"), byId("console"));
      this.map.on("click", (event) => this.clicked(event));
      this.map.on("mousemove", (event) => this.hover(event));
      this.map.on("mouseout movestart", () => this.hover(null));
      document.addEventListener("click", (event) => this.closeOthers(event.target));
      document.addEventListener("keydown", (event) => this.key(event));
      this.tip = element("div", "", "st-tip");
      this.tip.hidden = true;
      this.map.getContainer().append(this.tip);
      Sotram.search({ box: byId("map-search"), list: byId("map-search-list"), url: this.settings.search, words: this.words, choose: (hit) => this.goTo(hit) });
      each("[data-unit-search]", (box) => this.unitSearch(box));
    }

    key(event) {
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
      if (event.key === "/" && !typing) {
        event.preventDefault();
        byId("map-search").focus();
      } else if (event.key === "Escape") {
        const open = document.querySelector(".st-map-filter[open]");
        if (open) { open.open = false; open.querySelector("summary").focus(); }
        else if (this.sheet.isOpen && !typing) this.sheet.close();
      }
    }

    closeOthers(target) {
      each(".st-map-filter[open]", (filter) => { if (!filter.contains(target)) filter.open = false; });
    }

    switchLayer(box) {
      if (box.dataset.layer === "units") {
        this.ground.shown = box.checked;
        this.ground.redraw();
      } else this.live.setOn(box.dataset.layer, box.checked);
      this.writeAddress();
    }

    setColouring(mode) {
      this.live.colouring = mode;
      each("[data-colouring]", (button) => button.setAttribute("aria-pressed", String(button.dataset.colouring === mode)));
      each("[data-for]", (part) => { part.hidden = part.dataset.for !== mode; });
      this.live.redraw();
      this.writeAddress();
      this.count();
    }

    tool(name) {
      if (name === "in") this.map.zoomIn(1);
      if (name === "out") this.map.zoomOut(1);
      if (name === "home") {
        const [west, south, east, north] = this.settings.bounds;
        this.map.fitBounds([[south, west], [north, east]]);
      }
      if (name === "locate") this.map.locate({ setView: true, maxZoom: 15 }).once("locationerror", () => this.say(this.words.no_location));
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
      each("[data-filter]", (filter) => this.nameChip(filter));
      byId("clear-filters").hidden = !this.filterPairs().length;
      this.ground.selected = new Set(this.chosen("unit"));
      this.ground.redraw();
      this.live.setQuery(this.filterQuery());
      this.loadTotals();
      this.writeAddress();
    }

    nameChip(filter) {
      const boxes = [...filter.querySelectorAll("input:checked")].filter((box) => box.value);
      const names = boxes.map((box) => box.parentElement.textContent.trim());
      const label = filter.querySelector("[data-label]");
      label.textContent = filter.dataset.title;
      if (names.length) {
        label.append(": ");
        label.append(element("b", names.length > 2 ? fill(this.words.several, { n: names.length }) : names.join(", ")));
      }
      filter.querySelector("summary").classList.toggle("st-chip--active", names.length > 0);
    }

    clearFilters() {
      each("[data-filter] input", (box) => { box.checked = box.type === "radio" && !box.value; });
      each("[data-unit-list]", (list) => list.replaceChildren());
      byId("as-of").value = "";
      this.filtersChanged();
      document.querySelector(".st-map-filter summary").focus();
    }

    unitSearch(box) {
      const list = box.parentElement.querySelector("[data-unit-list]");
      let timer = 0;
      box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => this.findUnits(box.value.trim(), list), 200); });
      box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    }

    async findUnits(text, list) {
      [...list.children].forEach((row) => { if (!row.querySelector("input").checked) row.remove(); });
      if (text.length < 2) return;
      const answer = await fetch(this.settings.search + "?kind=unit&q=" + encodeURIComponent(text));
      if (!answer.ok) return;
      const have = new Set([...list.querySelectorAll("input")].map((box) => box.value));
      (await answer.json()).results.filter((hit) => !have.has(hit.code)).forEach((hit) => {
        const row = element("li");
        const label = element("label");
        const box = Object.assign(element("input", "", "form-check-input"), { type: "checkbox", name: "unit", value: hit.code });
        label.append(box, element("span", hit.title));
        row.append(label);
        list.append(row);
      });
    }

    async share() {
      this.writeAddress();
      try {
        await navigator.clipboard.writeText(location.href);
        this.say(this.words.copied);
      } catch {
        this.say(location.href);
      }
    }

    say(words) {
      byId("map-notice-text").textContent = words;
      byId("map-notice-again").hidden = true;
      byId("map-notice").hidden = false;
      clearTimeout(this.saying);
      this.saying = setTimeout(() => { byId("map-notice").hidden = true; }, 6000);
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
      const line = byId("station-counts");
      const words = fill(this.words.in_view, { n: n(view.n), sites: n(view.sites) });
      line.textContent = all === null ? words : `${words} · ${fill(this.words.in_all, { n: n(all) })}`;
      byId("panel-peek").textContent = words;
      byId("shared-count").textContent = n(view.shared);
      const counts = this.live.colouring === "safety" ? view.states : view.operators;
      const legend = byId("legend-" + this.live.colouring);
      legend.querySelectorAll("[data-count]").forEach((cell) => { cell.textContent = n(counts[cell.dataset.count] || 0); });
      const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
      legend.querySelectorAll("[data-share]").forEach((cell) => {
        cell.textContent = view.n ? share.format((counts[cell.dataset.share] || 0) / view.n) : "";
      });
      this.live.layers.forEach((layer) => {
        const cell = document.querySelector(`[data-layer-count="${layer.name}"]`);
        const total = this.totals ? this.totals.layers[layer.name] : undefined;
        const seen = layer.on ? n(layer === stations ? view.n : this.live.inView(layer).n) + " / " : "";
        if (cell) cell.textContent = total === undefined ? "" : seen + n(total);
      });
      const failed = this.live.layers.filter((layer) => layer.on && layer.failed).map((layer) => layer.title);
      byId("map-notice-again").hidden = false;
      byId("map-notice").hidden = !failed.length;
      if (failed.length) byId("map-notice-text").textContent = fill(this.words.failed, { layers: failed.join(", ") });
      const inset = byId("map-inset");
      if (inset) inset.hidden = this.map.getZoom() <= 7;
    }

    /* --- what lies under the pointer ------------------------------------------------------------------------------ */

    describe(item) {
      const p = item.feature.properties;
      const n = Sotram.number;
      if (item.feature.members && item.feature.members.length > 1) return [fill(this.words.units, { n: item.feature.members.length }), ""];
      if (p.unit) return [p.name, fill(this.words.count, { n: n(p.n), layer: item.layer.title })];
      if (item.layer.name !== "stations") return [p.name, item.layer.title];
      const names = Object.keys(p.operators).map((code) => (this.settings.operators[code] || { name: code }).name);
      return [p.name || p.site, names.join(", ")];
    }

    hover(event) {
      const box = this.map.getContainer();
      const hits = event && !event.originalEvent.buttons ? this.live.under(event.latlng, false) : [];
      box.style.cursor = hits.length ? "pointer" : "";
      this.tip.hidden = !hits.length;
      if (!hits.length) return;
      const [title, text] = this.describe(hits[0]);
      this.tip.replaceChildren(element("b", title), element("span", hits.length > 1 ? fill(this.words.here, { n: hits.length }) : text));
      const at = event.containerPoint;
      const size = this.map.getSize();
      const left = at.x > size.x / 2;
      this.tip.style.inset = `${Math.min(at.y + 14, size.y - 60)}px ${left ? size.x - at.x + 10 + "px" : "auto"} auto ${left ? "auto" : at.x + 14 + "px"}`;
    }

    clicked(event) {
      const touch = event.originalEvent.pointerType === "touch" || window.matchMedia("(pointer: coarse)").matches;
      const hits = this.live.under(event.latlng, touch);
      if (!hits.length) return;
      const first = hits[0].feature;
      if (first.properties.unit) {
        const zoom = Math.max(Math.floor(this.map.getZoom()) + 1, first.members && first.members.length > 1 ? 0 : hits[0].layer.single_from);
        const at = first.geometry.coordinates;
        this.map.setView([at[1], at[0]], Math.min(zoom, 16));
        return;
      }
      const places = new Map();
      hits.forEach((hit) => { const key = this.keyOf(hit); if (key && !places.has(key)) places.set(key, hit); });
      if (places.size > 1) this.sheet.choose([...places.values()]);
      else this.sheet.openItem(hits[0]);
    }

    keyOf(item) {
      const p = item.feature.properties;
      return p.site || p.ref;
    }

    turnPanel() {
      const panel = byId("panel");
      const next = { half: "full", full: "" }[panel.dataset.height || ""];
      panel.dataset.height = next === undefined ? "half" : next;
      byId("panel-handle").setAttribute("aria-expanded", String(Boolean(panel.dataset.height)));
    }

    /* --- search --------------------------------------------------------------------------------------------------- */

    goTo(hit) {
      if (hit.lon !== null) this.map.setView([hit.lat, hit.lon], hit.zoom);
      if (hit.site) this.sheet.openSite(hit.site, true);
    }
  }

  function byLayer(name) {
    return document.querySelector(`[data-layer="${name}"]`);
  }

  Sotram.openConsole = function (map, settings) {
    Sotram.console = new Console(map, settings);
  };
})();
