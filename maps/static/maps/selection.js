/* What was selected on the map, in the tray: how many, in which state, the list, the files, the campaign; the figures of
   every layer beside the map. What is selected is asked of the server, under the filters of the map. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const { element, fill } = Sotram;
  const MOST_METRES = 200000;

  Sotram.Selection = class {
    /* mode: the register's mode; settings: {counts, list, plan, exports (see exports.js), layers: [{name, title, counts}]} */
    constructor(mode, settings) {
      this.mode = mode;
      this.console = mode.console;
      this.words = mode.words;
      this.settings = settings;
      this.found = null;
      this.tools = new Sotram.Tools(this.console, this.words, (shape) => this.take(shape));
      this.drawing = this.tools.drawing;
      this.exports = new Sotram.Exports(this, settings.exports);
      byId("tray-close").addEventListener("click", () => this.tools.clear());
      byId("tray-figures").addEventListener("click", () => this.figures());
      byId("tray-metres").addEventListener("change", (event) => this.setMetres(event.target));
    }

    /* --- tools --------------------------------------------------------------------------------------------------- */

    setMetres(field) {
      const kilometres = Number(String(field.value).replace(",", "."));
      const shape = this.drawing.shape;
      if (!shape || !shape.near || !(kilometres > 0)) return;
      shape.near[2] = Math.min(Math.round(kilometres * 1000), MOST_METRES);
      this.tools.take(shape);
    }

    /* --- address ------------------------------------------------------------------------------------------------- */

    /* What the selection adds to a question. */
    shapePairs() {
      return this.tools.pairs().flatMap(([name, text]) => (name === "pick" ? text.split(",").map((code) => ["unit", code]) : [[name, text]]));
    }

    /* The filters of the map, with the selection and what the legend leaves. */
    query(withLegend) {
      const shape = this.drawing.shape;
      const own = this.mode.filterPairs().filter(([name]) => !(shape && shape.units && name === "unit"));
      const query = new URLSearchParams([...own, ...this.shapePairs()]);
      if (withLegend) this.mode.narrow(query);
      return query;
    }

    /* --- tray ---------------------------------------------------------------------------------------------------- */

    /* The filters changed: the selection is asked again. */
    again() {
      if (this.drawing.shape) this.take(this.drawing.shape);
    }

    async take(shape) {
      this.mode.selectionChanged();
      this.console.setTray(Boolean(shape));
      this.asked = shape;
      this.found = null;
      if (!shape) return;
      byId("tray-near").hidden = !shape.near;
      if (shape.near) byId("tray-metres").value = (shape.near[2] / 1000).toLocaleString("en", { useGrouping: false, maximumFractionDigits: 3 });
      byId("tray-n").textContent = this.words.loading;
      byId("tray-sites").textContent = "";
      byId("tray-states").replaceChildren();
      this.writeLinks();
      try {
        const answer = await fetch(`${this.settings.counts}?${this.wholeQuery()}`);
        const found = await answer.json();
        if (this.asked !== shape) return;
        if (!answer.ok) throw new Error(found.detail || String(answer.status));
        this.found = found;
        this.show(found, shape);
      } catch (error) {
        if (this.asked === shape) byId("tray-n").textContent = error.message;
      }
    }

    show(found, shape) {
      const n = Sotram.number;
      byId("tray-n").textContent = fill(this.isOfStations ? this.words.selected : this.words.selected_things, { n: n(found.n) });
      byId("tray-sites").textContent = [fill(this.words.at_sites, { n: n(found.sites) }), this.tools.size()].filter(Boolean).join(" · ");
      const states = found.classes.safety || {};
      byId("tray-states").replaceChildren(...[...Sotram.STATES].reverse().filter((state) => states[state]).map((state) => {
        const row = element("li", "", "st-state st-state--" + state);
        row.append(this.symbol(state), element("span", `${n(states[state])} ${this.words.states[state]}`));
        return row;
      }));
      byId("tray-plan").toggleAttribute("hidden", !this.settings.plan || !found.n);
    }

    symbol(state) {
      const canvas = element("canvas");
      const ratio = window.devicePixelRatio || 1;
      canvas.width = canvas.height = 18 * ratio;
      const ctx = canvas.getContext("2d");
      ctx.scale(ratio, ratio);
      Sotram.drawState(ctx, state, 9, 9, this.console.colours, 0.85);
      canvas.setAttribute("aria-hidden", "true");
      return canvas;
    }

    writeLinks() {
      byId("tray-list").href = `${this.settings.list}?${this.query(true)}`;
      if (this.settings.plan) byId("tray-plan").href = `${this.settings.plan}?from=map&${this.wholeQuery()}`;
      document.querySelectorAll("#tray [data-export]").forEach((link) => { link.href = `${link.dataset.export}?${this.wholeQuery()}`; });
    }

    /* What is selected, as a question about installations: stations, unless the map is asked for other kinds. */
    wholeQuery() {
      const query = this.query(true);
      if (!query.has("kind")) query.append("kind", "base_station");
      return query.toString();
    }

    get isOfStations() {
      return this.mode.chosen("kind").every((kind) => kind === "base_station");
    }

    /* --- figures -------------------------------------------------------------------------------------------------- */

    async figures() {
      const sheet = element("div", "", "st-sheet");
      const head = element("section");
      const top = element("div", "", "st-sheet__top");
      top.append(element("span", this.words.figures), this.console.sheet.closeButton());
      head.append(top, element("h2", byId("tray-n").textContent), element("p", byId("tray-sites").textContent));
      sheet.append(head);
      const classes = this.found ? this.found.classes : {};
      const names = { safety: (key) => this.words.states[key] || key, operator: (key) => (this.mode.settings.operators[key] || { name: key }).name };
      [["safety", this.words.by_state], ["operator", this.words.by_operator], ["technology", this.words.by_technology]].forEach(([name, title]) => {
        const part = this.table(title, Object.entries(classes[name] || {}).filter(([, n]) => n).sort((a, b) => b[1] - a[1]).map(([key, n]) => [(names[name] || String)(key), n]), this.found.n);
        if (part) sheet.append(part);
      });
      const others = element("section");
      others.append(element("h3", this.words.other_layers), element("p", this.words.loading));
      sheet.append(others);
      this.console.sheet.show(sheet, true);
      const query = this.query(false);
      ["status", "technology", "band", "certificate", "shared", "kind"].forEach((name) => query.delete(name));
      const rows = await Promise.all(this.settings.layers.map(async (layer) => {
        const answer = await fetch(`${layer.counts}?${query}`);
        return [layer.title, answer.ok ? (await answer.json()).n : null];
      }));
      others.replaceWith(this.table(this.words.other_layers, rows.filter(([, n]) => n !== null), 0) || others);
    }

    table(title, rows, all) {
      if (!rows.length) return null;
      const part = element("section");
      const table = element("table", "", "table st-sheet__figures");
      const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
      const body = element("tbody");
      rows.forEach(([name, n]) => {
        const row = element("tr");
        const head = element("th", name);
        head.scope = "row";
        row.append(head, element("td", Sotram.number(n), "text-end"));
        if (all) row.append(element("td", share.format(n / all), "text-end"));
        body.append(row);
      });
      table.append(body);
      part.append(element("h3", title), table);
      return part;
    }
  };
})();
