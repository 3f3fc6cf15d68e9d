/* The console's house: map, base map, search, sheet, tray, address, keyboard. What is shown is the mode's work.

   A mode is a class in Sotram.modes, made with (console, settings of the mode). The console calls, where the mode has it:
     start(params)      once, with the parameters of the address; the map is ready
     pairs()            → [[name, value], …] that the address keeps besides mode, site and place
     moved()            after the map has moved
     restyle()          after light, dark or contrast changed
     under(event)       → hits under the pointer, best first: {title, text, quiet (a click does nothing)}
     clicked(event)     a click on the map
     again()            "try again" in the notice
     tool(name, button) → true if the tool of that name is the mode's
     key(event)         → true if the key was the mode's
     settle()           → a promise: what the mode shows of the view has arrived
     escape()           → true if something of the mode was closed
   It may use: map, ground, colours, words, sheet, tray (an element), notice(words, again), say(words), peek(words),
   writeAddress(), fly(at, zoom), size changes by setTray(shown). */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const { element, fill } = Sotram;
  const SAID_MS = 6000;
  /* an address that names a place beyond it, or off the plane, names none */
  const MOST_ZOOM = 22;
  /* so long after a move at the latest the address and the counts are of the new view */
  const MOVED_WITHIN_MS = 250;

  Sotram.modes = Sotram.modes || {};

  class Console {
    constructor(map, settings) {
      this.map = map;
      this.settings = settings;
      this.words = settings.words;
      this.colours = Sotram.prepare(map, settings);
      this.ground = new Sotram.Ground(map, settings.ground, this.colours);
      this.tray = byId("tray");
      this.sheet = new Sotram.Sheet(this, byId("sheet"), byId("console"));
      this.tip = element("div", "", "st-tip");
      this.tip.hidden = true;
      map.getContainer().append(this.tip);
      const params = new URLSearchParams(location.search);
      this.site = params.get("site");
      this.placed = this.readPlace();
      this.mode = new Sotram.modes[settings.mode](this, settings.of_mode);
      this.listen();
      this.ask("start", params);
      this.writeAddress();
      if (this.site) this.sheet.openSite(this.site, false, !this.placed);
      Sotram.followTheme(map, this.colours, () => { this.ground.redraw(); this.ask("restyle"); });
      const moved = Sotram.later(() => { this.writeAddress(); this.ask("moved"); }, MOVED_WITHIN_MS);
      map.on("moveend", () => { this.mindInset(); moved(); });
      this.mindInset();
      performance.mark("console-ready");
      this.settle().then(() => { performance.mark("console-drawn"); map.getContainer().dataset.drawn = ""; });
    }

    /* Draw everything in the colours of the theme that is set now. */
    restyle() {
      Object.assign(this.colours, Sotram.readColours(this.map.getContainer()));
      this.ground.areas.redraw();
      this.ground.names.redraw();
      this.ask("restyle");
    }

    /* Resolves when everything in view was fetched and drawn, or could not be had. */
    async settle() {
      const frame = () => new Promise((done) => { requestAnimationFrame(done); });
      await this.ask("settle");
      do { await frame(); } while (!this.ground.isSettled || !Sotram.isDrawn(this.map));
      await frame();
    }

    /* Call the mode's own method, if it has one. */
    ask(name, ...values) {
      return this.mode[name] ? this.mode[name](...values) : undefined;
    }

    /* --- address ------------------------------------------------------------------------------------------------- */

    readPlace() {
      const found = /^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(location.hash);
      if (!found) return false;
      const [zoom, lat, lon] = found.slice(1).map(Number);
      if (!(zoom <= Math.min(this.map.getMaxZoom(), MOST_ZOOM) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180)) return false;
      this.map.setView([lat, lon], zoom, { animate: false });
      return true;
    }

    place() {
      const centre = this.map.getCenter();
      return `#${this.map.getZoom()}/${centre.lat.toFixed(5)}/${centre.lng.toFixed(5)}`;
    }

    /* west,south,east,north of the view, as the server reads it */
    box() {
      const view = this.map.getBounds();
      return [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((v) => v.toFixed(5)).join(",");
    }

    writeAddress() {
      if (!this.mode) return;
      const query = new URLSearchParams(this.ask("pairs") || []);
      if (this.site) query.set("site", this.site);
      if (this.settings.mode !== this.settings.first) query.set("mode", this.settings.mode);
      const text = query.toString().replace(/%2C/g, ",");
      history.replaceState(null, "", `${location.pathname}${text ? "?" + text : ""}${this.place()}`);
      document.querySelectorAll("[data-mode]").forEach((link) => {
        const other = new URLSearchParams(link.dataset.mode === this.settings.first ? {} : { mode: link.dataset.mode });
        ["unit", "organization"].forEach((name) => query.getAll(name).forEach((value) => other.append(name, value)));
        link.href = `${location.pathname}?${other}${this.place()}`;
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

    /* --- listening ----------------------------------------------------------------------------------------------- */

    listen() {
      document.querySelectorAll("[data-tool]").forEach((button) => button.addEventListener("click", () => this.tool(button)));
      byId("share-link").addEventListener("click", () => this.share());
      byId("map-notice-again").addEventListener("click", () => this.ask("again"));
      byId("panel-handle").addEventListener("click", () => this.turnPanel());
      this.map.on("click", (event) => { if (!this.busy) this.ask("clicked", event); });
      this.map.on("mousemove", (event) => this.hover(event));
      this.map.on("mouseout movestart", () => this.hover(null));
      document.addEventListener("keydown", (event) => this.key(event));
      Sotram.search({
        box: byId("map-search"), list: byId("map-search-list"), url: this.settings.search, words: this.words,
        choose: (hit) => this.goTo(hit),
      });
    }

    key(event) {
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
      if (event.key === "/" && !typing) {
        event.preventDefault();
        byId("map-search").focus();
      } else if (event.key === "Escape") {
        if (!this.ask("escape") && this.sheet.isOpen && !typing) this.sheet.close();
      } else if (!typing) this.ask("key", event);
    }

    tool(button) {
      const name = button.dataset.tool;
      if (this.ask("tool", name, button)) return;
      if (name === "in") this.map.zoomIn(1);
      if (name === "out") this.map.zoomOut(1);
      if (name === "home") {
        const [west, south, east, north] = this.settings.bounds;
        this.map.fitBounds([[south, west], [north, east]]);
      }
      if (name === "locate") this.map.locate({ setView: true, maxZoom: 15 }).once("locationerror", () => this.say(this.words.no_location));
    }

    hover(event) {
      const box = this.map.getContainer();
      const hits = event && !this.busy && !event.originalEvent.buttons ? this.ask("under", event) || [] : [];
      if (!this.busy) box.style.cursor = hits.length && !hits[0].quiet ? "pointer" : "";
      this.tip.hidden = !hits.length;
      if (!hits.length) return;
      const text = hits.length > 1 ? fill(this.words.here, { n: hits.length }) : hits[0].text;
      this.tip.replaceChildren(element("b", hits[0].title), element("span", text));
      const at = event.containerPoint;
      const size = this.map.getSize();
      const left = at.x > size.x / 2;
      this.tip.style.inset = `${Math.min(at.y + 14, size.y - 60)}px ${left ? size.x - at.x + 10 + "px" : "auto"} auto ${left ? "auto" : at.x + 14 + "px"}`;
    }

    goTo(hit) {
      if (hit.lon !== null) this.map.setView([hit.lat, hit.lon], hit.zoom);
      if (hit.site) this.sheet.openSite(hit.site, true);
    }

    /* --- panel, tray, words ---------------------------------------------------------------------------------------- */

    turnPanel() {
      const panel = byId("panel");
      const next = { half: "full", full: "" }[panel.dataset.height || ""];
      panel.dataset.height = next === undefined ? "half" : next;
      byId("panel-handle").setAttribute("aria-expanded", String(Boolean(panel.dataset.height)));
    }

    peek(words) {
      byId("panel-peek").textContent = words;
    }

    setTray(shown) {
      this.tray.hidden = !shown;
      byId("console").toggleAttribute("data-tray", shown);
    }

    /* A sentence that goes by itself. */
    say(words) {
      this.notice(words, false);
      clearTimeout(this.saying);
      this.saying = setTimeout(() => this.notice(""), SAID_MS);
    }

    /* A sentence that stays until it is taken back by an empty one. */
    notice(words, again) {
      clearTimeout(this.saying);
      byId("map-notice-text").textContent = words;
      byId("map-notice-again").hidden = !again;
      byId("map-notice").hidden = !words;
    }

    /* The inset shows what lies off the map; from afar the map shows it itself. */
    mindInset() {
      const inset = byId("map-inset");
      if (inset) inset.hidden = this.map.getZoom() <= 7;
    }
  }

  Sotram.openConsole = function (map, settings) {
    Sotram.console = new Console(map, settings);
  };
})();
