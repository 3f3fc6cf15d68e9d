/* Files of the selection: small ones leave at once by their link; larger ones are written on the server, and the sheet
   tells how far they are, hands them out and lets them go. Who comes back later finds them there as well. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const { element, fill } = Sotram;
  const byId = (id) => document.getElementById(id);
  const AGAIN_MS = 1500;
  const OPEN = ["waiting", "running"];

  Sotram.Exports = class {
    /* selection: what is to be written; settings: {address, limit, streamed: [ending], behind: [ending], forms: {ending: words}, layers: {name: title}} */
    constructor(selection, settings) {
      this.selection = selection;
      this.console = selection.console;
      this.words = selection.words;
      this.settings = settings;
      this.timer = 0;
      this.wanted = new Set();
      document.querySelectorAll("#tray [data-export]").forEach((link) => link.addEventListener("click", (event) => this.clicked(event, link)));
      byId("tray-files").addEventListener("click", () => { this.shut(); this.open(); });
    }

    shut() {
      byId("tray-files").closest("details").open = false;
    }

    clicked(event, link) {
      const found = this.selection.found;
      this.shut();
      const { ending } = link.dataset;
      const isBehind = this.settings.behind.includes(ending);
      if (!isBehind && (this.settings.streamed.includes(ending) || !found || found.n <= this.settings.limit)) return;
      event.preventDefault();
      this.ask(ending);
    }

    send(address, method, body) {
      const token = document.querySelector("#tray input[name=csrfmiddlewaretoken]").value;
      return fetch(address, {
        method: method,
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: body && JSON.stringify(body),
      });
    }

    async ask(ending) {
      const body = { layer: "installations", format: ending, query: this.selection.wholeQuery() };
      try {
        const answer = await this.send(this.settings.address, "POST", body);
        const said = await answer.json();
        if (!answer.ok) throw new Error((said.errors || []).map((one) => one.message).join(" ") || said.detail || said.title);
        this.wanted.add(said.id);
        this.open();
      } catch (error) {
        this.console.notice(fill(this.words.export_failed, { problem: error.message }));
      }
    }

    /* --- the sheet ------------------------------------------------------------------------------------------------ */

    open() {
      const sheet = element("div", "", "st-sheet");
      const head = element("section");
      const top = element("div", "", "st-sheet__top");
      top.append(element("span", this.words.export_files), this.console.sheet.closeButton());
      head.append(top, element("p", this.words.export_kept));
      this.rows = element("ul", "", "st-files");
      const body = element("section");
      body.append(this.rows);
      sheet.append(head, body);
      this.console.sheet.show(sheet, true);
      this.look();
    }

    async look() {
      clearTimeout(this.timer);
      const rows = this.rows;
      if (!rows || !rows.isConnected) return;
      let open = true;
      try {
        const answer = await fetch(this.settings.address);
        if (!answer.ok) throw new Error(String(answer.status));
        const files = (await answer.json()).results;
        if (rows !== this.rows) return;
        this.draw(files);
        open = files.some((file) => OPEN.includes(file.state));
      } catch { /* asked again */ }
      if (open) this.timer = setTimeout(() => this.look(), AGAIN_MS);
    }

    draw(files) {
      if (!files.length) this.rows.replaceChildren(element("li", this.words.export_none));
      else this.rows.replaceChildren(...files.map((file) => this.row(file)));
      files.filter((file) => !OPEN.includes(file.state) && this.wanted.delete(file.id)).forEach((file) => {
        this.console.say(file.file ? this.words.export_done : this.words.export_states[file.state]);
        if (file.file) location.assign(file.file);
      });
    }

    row(file) {
      const n = Sotram.number;
      const row = element("li", "", "st-progress");
      const at = new Date(file.created_at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
      row.append(element("b", `${this.settings.layers[file.layer] || file.layer} · ${this.settings.forms[file.format] || file.format}`));
      const size = file.size ? ` · ${n(Math.max(1, Math.round(file.size / 1024)))} kB` : "";
      const much = file.state === "running" && file.total ? ` · ${n(file.done)} / ${n(file.total)}` : "";
      row.append(element("span", `${at} · ${this.words.export_states[file.state]}${much}${size}`, "st-muted"));
      if (file.error) row.append(element("span", file.error));
      if (OPEN.includes(file.state)) row.append(this.bar(file));
      row.append(this.acts(file));
      return row;
    }

    bar(file) {
      const bar = element("progress");
      bar.max = 100;
      if (file.percent !== null) bar.value = file.percent;
      bar.setAttribute("aria-label", this.words.export_states[file.state]);
      return bar;
    }

    acts(file) {
      const acts = element("div", "", "st-row");
      if (file.file) {
        const link = element("a", this.words.export_fetch, "btn btn-small btn-primary");
        link.href = file.file;
        acts.append(link);
      }
      if (!OPEN.includes(file.state)) {
        const remove = element("button", this.words.export_remove, "btn btn-small");
        remove.type = "button";
        remove.addEventListener("click", () => this.remove(file));
        acts.append(remove);
      }
      return acts;
    }

    async remove(file) {
      await this.send(`${this.settings.address}${file.id}/`, "DELETE");
      this.look();
      this.console.sheet.box.focus({ preventScroll: true });
    }
  };
})();
