/* Cases that were selected on the map: how many, by what they are coloured by, their list, figures and files. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const { element, fill } = Sotram;
  const ORDER = ["field", "state", "deadline", "age"];

  Sotram.CasesSelection = class {
    constructor(mode) {
      this.mode = mode;
      this.console = mode.console;
      this.words = mode.words;
      this.tools = new Sotram.Tools(mode.console, mode.words, () => this.taken());
      byId("tray-close").addEventListener("click", () => this.tools.clear());
      byId("tray-figures").addEventListener("click", () => this.figures());
      document.addEventListener("click", (event) => document.querySelectorAll("#tray details[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
    }

    /* The address says it in one word, as the list of cases reads it. */
    start(params) {
      const text = params.get("area") || "";
      if (text.startsWith("communes:")) this.tools.start(new URLSearchParams({ pick: text.slice(9) }));
      else this.tools.start(new URLSearchParams({ [text.includes(";") ? "area" : "near"]: text }));
    }

    pairs() {
      const text = this.tools.text();
      return text ? [["area", text]] : [];
    }

    has(one) {
      const shape = this.tools.shape;
      if (!shape) return false;
      return shape.units ? shape.units.includes(one.unit) : this.tools.drawing.has(one.lon, one.lat);
    }

    selected() {
      return this.tools.shape ? this.mode.cases.filter((one) => this.has(one)) : [];
    }

    taken() {
      const text = this.tools.text();
      byId("case-area").value = text;
      byId("case-area").disabled = !text;
      this.console.ground.selected = new Set(this.tools.picked());
      this.console.ground.redraw();
      this.mode.canvas.redraw();
      this.console.setTray(Boolean(text));
      this.console.writeAddress();
      this.show();
    }

    inWords() {
      return this.tools.shape ? byId("tray-n").textContent : "";
    }

    show() {
      if (!this.tools.shape) return;
      const found = this.selected();
      byId("tray-n").textContent = fill(found.length === 1 ? this.words.selected_one : this.words.selected, { n: Sotram.number(found.length) });
      byId("tray-size").textContent = this.tools.size();
      byId("tray-states").replaceChildren(...this.counts(this.mode.colouring, found).map(([code, n]) => this.line(code, n)));
      const query = new URLSearchParams([...this.mode.filterPairs(), ...this.pairs()]);
      if (!query.get("state")) query.set("state", "open");
      byId("tray-list").href = `${this.mode.settings.list}?${query}`;
      document.querySelectorAll("#tray [data-export]").forEach((link) => { link.href = `${this.mode.settings.list}?${query}&export=${link.dataset.export}`; });
    }

    /* [[code, how many], …] in the order of the legend */
    counts(name, found) {
      return [...this.mode.marks[name].keys()].map((code) => [code, found.filter((one) => one[name] === code).length]).filter(([, n]) => n);
    }

    line(code, n) {
      const row = element("li");
      const canvas = element("canvas");
      const ratio = window.devicePixelRatio || 1;
      canvas.width = canvas.height = 18 * ratio;
      canvas.setAttribute("aria-hidden", "true");
      const ctx = canvas.getContext("2d");
      ctx.scale(ratio * 0.7, ratio * 0.7);
      this.mode.drawMark(ctx, this.mode.colouring, code, 13, 13, true);
      row.append(canvas, element("span", `${Sotram.number(n)} ${this.mode.marks[this.mode.colouring].get(code).name}`));
      return row;
    }

    /* Every way to count them, in the sheet. */
    figures() {
      const found = this.selected();
      const sheet = element("div", "", "st-sheet");
      const head = element("section");
      const top = element("div", "", "st-sheet__top");
      top.append(element("span", this.words.figures), this.console.sheet.closeButton());
      head.append(top, element("h2", byId("tray-n").textContent), element("p", this.tools.size()));
      sheet.append(head);
      ORDER.forEach((name) => {
        const rows = this.counts(name, found);
        if (rows.length) sheet.append(this.table(name, this.words.colourings[name], rows, found.length));
      });
      this.console.sheet.show(sheet, true);
    }

    table(name, title, rows, all) {
      const part = element("section");
      const table = element("table", "", "table");
      const body = element("tbody");
      const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
      rows.forEach(([code, n]) => {
        const row = element("tr");
        const head = element("th", this.mode.marks[name].get(code).name);
        head.scope = "row";
        row.append(head, element("td", Sotram.number(n), "text-end"), element("td", share.format(n / all), "text-end"));
        body.append(row);
      });
      table.append(body);
      part.append(element("h3", title), table);
      return part;
    }
  };
})();
