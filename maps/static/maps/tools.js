/* The tools with which things are selected and measured on the map, in every mode: what is drawn, its place in the
   address, the buttons. What a selection means is the mode's own work. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const NAMES = ["lasso", "circle", "unit", "measure"];
  const KEYS = { l: "lasso", r: "circle", u: "unit", m: "measure" };

  const corners = (list) => list.map((corner) => corner.join(",")).join(";");

  Sotram.Tools = class {
    /* console: of the map; words: of the tools; took(shape): something was drawn, null: nothing is selected any more */
    constructor(console, words, took) {
      this.console = console;
      this.map = console.map;
      this.words = words;
      this.took = took;
      this.drawing = new Sotram.Drawing({
        map: console.map, colours: console.colours, words: words, ground: console.ground,
        drawn: (shape) => took(shape),
        measured: (text) => console.notice(text, false),
        toolChanged: (name) => this.changed(name),
      });
    }

    get shape() {
      return this.drawing.shape;
    }

    /* True if the tool is one of ours. */
    tool(name) {
      if (name === "view") this.takeView();
      else if (NAMES.includes(name)) this.drawing.take(name);
      else return false;
      return true;
    }

    key(event) {
      const name = KEYS[event.key.toLowerCase()];
      if (!name || event.ctrlKey || event.metaKey || event.altKey) return false;
      return this.tool(name);
    }

    changed(name) {
      this.console.busy = Boolean(name);
      document.querySelectorAll("[data-draws]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tool === name)));
      const how = matchMedia("(pointer: coarse)").matches ? "_touch" : "_on";
      const words = name ? this.words[name + how] : "";
      if (name !== "measure") this.drawing.clearMeasure();
      this.console.notice(words || "", false);
      if (name) this.map.getContainer().focus({ preventScroll: true });
    }

    /* Put the tool back, or give up what is selected; false: there was neither. */
    escape() {
      if (this.drawing.tool) this.drawing.putBack();
      else if (this.shape) this.clear();
      else return false;
      return true;
    }

    clear() {
      this.drawing.set(null);
      this.took(null);
      this.map.getContainer().focus({ preventScroll: true });
    }

    /* Select something as if it had been drawn. */
    take(shape) {
      this.drawing.set(shape);
      this.took(shape);
    }

    /* On a phone, and for whoever does not draw: everything that is in view. */
    takeView() {
      const view = this.map.getBounds();
      const [west, south, east, north] = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((v) => Math.round(v * 1e5) / 1e5);
      this.drawing.putBack();
      this.take({ area: [[west, south], [east, south], [east, north], [west, north]] });
    }

    /* --- address ------------------------------------------------------------------------------------------------- */

    /* Select again what the address says. */
    start(params) {
      const area = params.get("area");
      const near = params.get("near");
      const pick = params.get("pick");
      const numbers = (text) => text.split(",").map(Number);
      let shape = null;
      if (area) shape = { area: area.split(";").map(numbers) };
      else if (near) shape = { near: numbers(near) };
      else if (pick) shape = { units: pick.split(",") };
      const values = shape ? (shape.area || [shape.near || []]).flat() : [];
      const whole = shape && (!shape.area || (shape.area.length > 2 && shape.area.every((corner) => corner.length === 2))) && (!shape.near || shape.near.length === 3);
      if (whole && values.every((value) => Number.isFinite(value))) this.take(shape);
    }

    pairs() {
      const shape = this.shape;
      if (!shape) return [];
      if (shape.area) return [["area", corners(shape.area)]];
      if (shape.near) return [["near", shape.near.join(",")]];
      return [["pick", shape.units.join(",")]];
    }

    /* What was drawn as one text, as lists and sheets read it. */
    text() {
      const shape = this.shape;
      if (!shape) return "";
      return shape.units ? "communes:" + shape.units.join(",") : (shape.area ? corners(shape.area) : shape.near.join(","));
    }

    /* The communes that were picked. */
    picked() {
      return this.shape && this.shape.units ? this.shape.units : [];
    }

    /* The size of what was drawn in words; "" for communes. */
    size() {
      const shape = this.shape;
      if (!shape || shape.units) return "";
      return Sotram.areaInWords(shape.area ? Sotram.areaOf(shape.area) : Math.PI * shape.near[2] ** 2);
    }
  };
})();
