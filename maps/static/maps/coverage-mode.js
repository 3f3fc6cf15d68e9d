/* Coverage on the map: the levels as tiles, white spots, a trial mast, comparisons. Everything shown is a forecast. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const each = (selector, action) => document.querySelectorAll(selector).forEach(action);
  const { fill } = Sotram;
  const WIDE = "(min-width: 992px)";
  const SPOT_ZOOM = 14;

  /* Pictures from the server; an empty answer is an empty tile, not a failure. */
  const Levels = L.GridLayer.extend({
    initialize: function (address, options) {
      L.GridLayer.prototype.initialize.call(this, options);
      this._address = address;
    },

    createTile: function (coords, done) {
      const size = this.getTileSize();
      const tile = L.DomUtil.create("canvas", "leaflet-tile");
      tile.width = size.x;
      tile.height = size.y;
      this._paint(tile, coords).then(() => done(null, tile), (error) => done(error, tile));
      return tile;
    },

    _paint: async function (tile, coords) {
      const answer = await fetch(L.Util.template(this._address, coords));
      if (!answer.ok) throw new Error(String(answer.status));
      if (answer.status === 204) return;
      const picture = await createImageBitmap(await answer.blob());
      tile.width = picture.width;
      tile.height = picture.height;
      tile.getContext("2d").drawImage(picture, 0, 0);
    },
  });

  class CoverageMode {
    constructor(console, settings) {
      this.console = console;
      this.map = console.map;
      this.settings = settings;
      this.words = settings.words || {};
      this.there = settings.there;
      if (!this.there) return;
      this.layers = new Set(settings.layers);
      this.spot = null;
      this.order = "";
      this.all = false;
      const pane = this.map.createPane("coverage");
      pane.style.zIndex = 300;
      pane.style.pointerEvents = "none";
      this.masts = new Sotram.NetworkMasts(this.map, { layers: [{ ...settings.stations, on: this.layers.has("masts") }] }, console.colours, null);
      this.gaps = new Sotram.Gaps(this.map, settings, this.layers, console);
      this.measured = new Sotram.Measured(this.map, settings, this.layers, console);
      this.trial = new Sotram.Trial(this);
      this.tools = new Sotram.Tools(console, this.words, () => this.taken());
      this.paper = new Sotram.Print(console, () => this.inWords());
    }

    /* --- an area ------------------------------------------------------------------------------------------------------ */

    /* What was drawn is told in the sheet: communes, white spots, measurements. */
    taken() {
      this.showUnits();
      this.console.writeAddress();
      if (this.tools.shape) this.opening = this.openArea(this.started);
      else if (byId("sheet").querySelector("[data-area-sheet]")) this.console.sheet.close();
    }

    openArea(focus) {
      const query = new URLSearchParams([...this.choicePairs(), ["area", this.tools.text()]]);
      return this.console.sheet.open(`${this.settings.selected}?${query}`, focus, false, Boolean(byId("sheet").querySelector("[data-area-sheet]")));
    }

    /* The communes of the filter and those that were picked stand out. */
    showUnits() {
      this.console.ground.selected = new Set([...this.units(), ...this.tools.picked()]);
      this.console.ground.redraw();
    }

    /* What is shown in words, for paper. */
    inWords() {
      const areas = [...document.querySelectorAll("[data-filter]")].map((filter) => filter.querySelector("[data-label]").textContent.trim()).filter((text) => text.includes(":"));
      return [this.title(), ...areas, this.tools.size()].filter(Boolean).join(" · ");
    }

    /* Resolves when the levels in view were loaded. */
    async settle() {
      if (!this.there) return;
      const levels = this.tiles && this.tiles.isLoading() ? new Promise((done) => { this.tiles.once("load", done); }) : null;
      await Promise.all([levels, this.loading]);
    }

    key(event) {
      return this.there && this.tools.key(event);
    }

    start(params) {
      if (!this.there) return;
      this.listen();
      this.spot = Number(params.get("spot")) || null;
      this.order = params.get("order") || "";
      this.readPanel();
      this.nameUnits();
      this.draw();
      this.tools.start(params);
      this.started = true;
      if (this.tools.shape) {
        this.opening.then(() => this.fitHome());
        return;
      }
      if (!this.console.site && (window.matchMedia(WIDE).matches || this.spot)) this.openFirst();
    }

    /* The list opens beside the map, so the territory is fitted into what is left. */
    async openFirst() {
      await Promise.all([this.openSheet(false), this.loading]);
      if (this.console.placed) return;
      if (this.placeOfSpot()) this.console.sheet.look(this.placeOfSpot(), this.zoomOf(this.spot));
      else this.fitHome();
    }

    fitHome() {
      if (this.console.placed) return;
      const [west, south, east, north] = this.console.settings.bounds;
      this.map.fitBounds([[south, west], [north, east]], { animate: false, padding: [12, 12] });
    }

    /* --- what is shown ------------------------------------------------------------------------------------------------ */

    /* The panel is the server's: it says which map, network and technology are shown. */
    readPanel() {
      const said = byId("coverage-about").querySelector("[data-map]").dataset;
      this.number = Number(said.map);
      this.network = said.networkShown;
      this.technology = said.technologyShown;
      const against = byId("coverage-against");
      this.against = against ? against.value : "";
      this.shown = this.against ? "" : byId("coverage-shown").value;
      each("[data-network]", (button) => button.setAttribute("aria-pressed", String(button.dataset.network === this.network)));
      each("[data-technology]", (button) => button.setAttribute("aria-pressed", String(button.dataset.technology === this.technology)));
      const slider = byId("coverage-opacity");
      if (this.opacity) slider.value = String(this.opacity);
      this.opacity = Number(slider.value);
      this.sayOpacity();
      this.console.peek(this.title());
    }

    title() {
      const button = document.querySelector('[data-network][aria-pressed="true"]');
      return `${button ? button.textContent.trim() : ""} ${this.technology}`.trim();
    }

    units() {
      return [...document.querySelectorAll('[data-filter] input[name="unit"]:checked')].map((box) => box.value);
    }

    unitPairs() {
      return this.units().map((code) => ["unit", code]);
    }

    choicePairs() {
      const pairs = [["network", this.network], ["technology", this.technology]];
      if (this.against) pairs.push(["against", this.against]);
      else if (this.shown) pairs.push(["shown", this.shown]);
      return pairs.concat(this.unitPairs());
    }

    pairs() {
      if (!this.there) return [];
      const pairs = this.choicePairs();
      const on = this.settings.all_layers.filter((name) => this.layers.has(name)).join(",");
      if (on !== this.settings.usual_layers.join(",")) pairs.push(["layers", on]);
      if (this.spot && !this.against) pairs.push(["spot", String(this.spot)]);
      if (this.order) pairs.push(["order", this.order]);
      return pairs.concat(this.tools.pairs());
    }

    coverageKey() {
      return this.number;
    }

    spotRank() {
      return this.spot;
    }

    /* Tiles, white spots, masts for what is chosen. */
    draw() {
      if (this.tiles) this.tiles.remove();
      this.tiles = null;
      if (this.shown) this.loadShades();
      else {
        this.console.ground.shades = null;
        this.drawTiles();
      }
      this.showUnits();
      this.masts.setQuery(new URLSearchParams(this.mastPairs()).toString());
      this.measured.load(this.choicePairs());
      if (this.against) this.gaps.clear();
      else this.loading = this.loadGaps();
      this.console.writeAddress();
    }

    drawTiles() {
      const address = this.settings.tiles.replace("KEY", this.against || String(this.number));
      this.tiles = new Levels(address, { pane: "coverage", opacity: this.opacity / 100, maxNativeZoom: this.settings.most_zoom, maxZoom: 22 });
      this.tiles.on("load", () => { this.map.getContainer().dataset.tiles = "shown"; });
      this.tiles.on("tileerror", () => this.console.notice(this.words.failed, true));
      this.tiles.addTo(this.map);
    }

    /* Colour the communes by the share that is covered: people, area or roads. */
    async loadShades() {
      const answer = await fetch(`${this.settings.indicators.replace("KEY", this.number)}?${new URLSearchParams(this.unitPairs())}`);
      if (!answer.ok || !this.shown) {
        this.console.notice(answer.ok ? "" : this.words.failed, true);
        return;
      }
      const shades = new Map();
      this.figures = new Map();
      (await answer.json()).forEach((row) => {
        const share = row[`${this.shown}_percent`];
        this.figures.set(row.unit, share);
        shades.set(row.unit, share === null ? null : this.settings.classes.filter((edge) => share >= edge).length);
      });
      this.console.ground.shades = shades;
      this.console.ground.redraw();
    }

    async loadGaps() {
      await this.gaps.load(this.number, this.units());
      this.gaps.choose(this.spot);
      this.map.getContainer().dataset.spots = String(this.gaps.spots.length);
      if (this.gaps.failed) this.console.notice(this.words.failed, true);
    }

    mastPairs() {
      const pairs = [["status", "operating"], ["technology", this.technology]];
      if (!this.network.startsWith("any-")) pairs.push(["organization", this.network]);
      return pairs;
    }

    again() {
      this.console.notice("");
      this.draw();
    }

    restyle() {
      this.gaps && this.gaps.redraw();
      this.measured && this.measured.redraw();
      this.masts && this.masts.redraw();
      this.tools && this.tools.drawing.redraw();
    }

    /* --- listening ---------------------------------------------------------------------------------------------------- */

    listen() {
      each("[data-network]", (button) => button.addEventListener("click", () => this.choose({ network: button.dataset.network })));
      each("[data-technology]", (button) => button.addEventListener("click", () => this.choose({ technology: button.dataset.technology })));
      each("[data-coverage-layer]", (box) => box.addEventListener("change", () => this.switchLayer(box)));
      each("[data-unit-search]", (box) => Sotram.unitSearch(box, this.console.settings.search));
      byId("coverage-about").addEventListener("change", (event) => this.panelChanged(event.target));
      byId("coverage-about").addEventListener("input", (event) => this.panelMoved(event.target));
      byId("filters").addEventListener("change", () => this.unitsChanged());
      byId("show-gaps").addEventListener("click", () => { this.against = ""; this.choose({}, true); });
      byId("show-agreement").addEventListener("click", () => this.openAgreement());
      byId("sheet").addEventListener("click", (event) => this.sheetClicked(event));
      document.addEventListener("click", (event) => each(".st-map-filter[open]", (filter) => { if (!filter.contains(event.target)) filter.open = false; }));
    }

    /* Ask the server for the panel of another map, then draw that. */
    async choose(change, focus) {
      const pairs = new Map(this.choicePairs().filter(([name]) => name !== "unit" && name !== "against"));
      Object.entries(change).forEach(([name, value]) => pairs.set(name, value));
      const query = new URLSearchParams([...pairs, ...this.unitPairs()]);
      try {
        const answer = await fetch(`${this.settings.about}?${query}`, { headers: { "X-Requested-With": "fetch" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
        byId("coverage-about").replaceChildren(...[...parsed.body.childNodes].map((node) => document.importNode(node, true)));
      } catch {
        this.console.notice(this.words.failed, true);
        return;
      }
      this.spot = null;
      this.all = false;
      this.readPanel();
      this.draw();
      ["against", "shown"].filter((name) => name in change).forEach((name) => { const box = byId(`coverage-${name}`); if (box) box.focus(); });
      if (focus || change.against || byId("sheet").querySelector("[data-coverage-sheet]")) this.openSheet(Boolean(focus));
      if (this.tools.shape && byId("sheet").querySelector("[data-area-sheet]")) this.openArea(false);
      if (this.trial.isOpen) this.trial.compute(false);
    }

    panelChanged(target) {
      if (target.id === "coverage-against") this.choose({ against: target.value });
      if (target.id === "coverage-shown") this.choose({ shown: target.value });
    }

    panelMoved(target) {
      if (target.id !== "coverage-opacity") return;
      this.opacity = Number(target.value);
      if (this.tiles) this.tiles.setOpacity(this.opacity / 100);
      this.sayOpacity();
    }

    sayOpacity() {
      document.querySelector('output[for="coverage-opacity"]').textContent = `${this.opacity} %`;
    }

    switchLayer(box) {
      const name = box.dataset.coverageLayer;
      this.layers[box.checked ? "add" : "delete"](name);
      if (name === "masts") this.masts.setOn("stations", box.checked);
      this.gaps.redraw();
      if (this.measured.concerns(name)) this.measured.load(this.choicePairs());
      this.console.writeAddress();
    }

    /* Measurements beside the forecast: their layer is switched on with the sheet. */
    openAgreement() {
      const box = document.querySelector('[data-coverage-layer="measured"]');
      if (!box.checked) {
        box.checked = true;
        this.switchLayer(box);
      }
      this.console.sheet.open(`${this.settings.agreement}?${new URLSearchParams(this.choicePairs())}`, true);
    }

    nameUnits() {
      each("[data-filter]", (filter) => Sotram.nameChip(filter, this.words.several));
    }

    unitsChanged() {
      this.nameUnits();
      this.spot = null;
      this.draw();
      if (byId("sheet").querySelector("[data-coverage-sheet]")) this.openSheet(false);
    }

    tool(name) {
      if (!this.there) return false;
      if (name !== "trial") return this.tools.tool(name);
      if (this.trial.isOpen) this.trial.close();
      else this.trial.open(this.placeOfSpot());
      return true;
    }

    escape() {
      const open = document.querySelector(".st-map-filter[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
        return true;
      }
      return this.there && (this.trial.close() || this.tools.escape());
    }

    /* --- sheets ------------------------------------------------------------------------------------------------------- */

    async openSheet(focus) {
      const pairs = this.choicePairs();
      if (this.spot) pairs.push(["spot", String(this.spot)]);
      if (this.order) pairs.push(["order", this.order]);
      if (this.all) pairs.push(["all", "1"]);
      const renew = Boolean(byId("sheet").querySelector("[data-coverage-sheet]"));
      const address = this.against ? this.settings.comparison : this.settings.gaps;
      await this.console.sheet.open(`${address}?${new URLSearchParams(pairs)}`, focus, false, renew);
    }

    async sheetClicked(event) {
      const button = event.target.closest("button");
      if (!button) return;
      if ("clearArea" in button.dataset) this.tools.clear();
      else if (button.dataset.spot) await this.chooseSpot(Number(button.dataset.spot), true);
      else if (button.dataset.order) {
        this.order = button.dataset.order === "people" ? "" : button.dataset.order;
        await this.openSheet(false);
        byId("sheet").querySelector(`[data-order="${button.dataset.order}"]`).focus();
        this.console.writeAddress();
      } else if ("all" in button.dataset) {
        const shown = byId("sheet").querySelectorAll("[data-spot]").length;
        this.all = true;
        await this.openSheet(false);
        const first = byId("sheet").querySelectorAll("[data-spot]")[shown];
        if (first) first.focus();
      } else if ("try" in button.dataset) this.trial.open(this.placeOfSpot());
    }

    async chooseSpot(rank, go) {
      this.spot = rank;
      this.gaps.choose(rank);
      this.console.writeAddress();
      await this.openSheet(false);
      const row = byId("sheet").querySelector(`[data-spot="${rank}"]`);
      if (row) row.focus({ preventScroll: false });
      const at = this.placeOfSpot();
      if (go && at) this.console.sheet.look(at, Math.max(this.map.getZoom(), this.zoomOf(rank)));
    }

    /* How near one may look so that the whole spot is seen. */
    zoomOf(rank) {
      const spot = this.gaps.spot(rank);
      if (!spot) return SPOT_ZOOM;
      const points = spot.geometry.coordinates.flat(2).map((at) => [at[1], at[0]]);
      return Math.min(SPOT_ZOOM, this.map.getBoundsZoom(L.latLngBounds(points).pad(0.2)));
    }

    placeOfSpot() {
      const spot = this.spot ? this.gaps.spot(this.spot) : null;
      return spot ? L.latLng(spot.lat, spot.lon) : null;
    }

    /* --- what lies under the pointer ---------------------------------------------------------------------------------- */

    under(event) {
      if (!this.there) return [];
      const marks = this.gaps.under(event.latlng, false).map((mark) => this.describe(mark));
      const masts = this.masts.under(event.latlng, false).map((item) => this.ofStation(item));
      const measured = this.measured.under(event.latlng, false);
      const found = marks.concat(masts, measured);
      return found.concat(found.length ? [] : this.ofUnit(event.latlng));
    }

    /* The commune under the pointer with its figure, where communes are coloured. */
    ofUnit(latlng) {
      const unit = this.shown && this.figures ? this.console.ground.unitAt(latlng) : null;
      if (!unit || !this.figures.has(unit.code)) return [];
      const share = this.figures.get(unit.code);
      return [{ title: unit.name, text: share === null ? "–" : `${Sotram.number(share)} %` }];
    }

    describe(mark) {
      const n = Sotram.number;
      if (mark.kind === "mast") {
        return { title: mark.mast.name || mark.mast.mast, text: `${mark.mast.mast} · ${mark.mast.owner}`, mark: mark };
      }
      const spot = mark.spot;
      const text = fill(this.words.spot_people, { people: n(spot.people), area: n(spot.area_km2) });
      return { title: `${fill(this.words.spot, { rank: spot.rank })} · ${spot.unit_name}`, text: text, mark: mark };
    }

    ofStation(item) {
      const p = item.feature.properties;
      return { title: p.name || p.site, text: this.title(), site: p.site };
    }

    async clicked(event) {
      if (!this.there) return;
      const touch = event.originalEvent.pointerType === "touch" || window.matchMedia("(pointer: coarse)").matches;
      const marks = this.gaps.under(event.latlng, touch);
      const masts = this.masts.under(event.latlng, touch);
      if (marks.length && marks[0].kind === "spot") await this.chooseSpot(marks[0].spot.rank, false);
      else if (marks.length) this.console.sheet.openSite(marks[0].mast.site, true);
      else if (masts.length) this.console.sheet.openSite(masts[0].feature.properties.site, true);
      else {
        const at = event.latlng.wrap();
        const query = new URLSearchParams({ lon: at.lng.toFixed(6), lat: at.lat.toFixed(6) });
        this.console.sheet.open(`${this.settings.place}?${query}`, true);
      }
    }
  }

  Sotram.modes.coverage = CoverageMode;
})();
