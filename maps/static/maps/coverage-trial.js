/* A trial mast: a mark that can be moved by pointer and arrow keys, its values in the tray, what it gains as computed by
   the server. Nothing of it is stored. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const { element, fill } = Sotram;
  const PAUSE_MS = 350;
  const STEP_PX = 8;
  const STEP_SMALL_PX = 1;
  const PETAL_DEG = 65;
  const NEAR_ZOOM = 13;
  const METRES_PER_DEGREE = 111195;
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function rings(geometry) {
    return geometry ? geometry.coordinates.flat() : [];
  }

  Sotram.Trial = class {
    /* owner: the mode: {map, console, settings, words, coverageKey(), spotRank()} */
    constructor(owner) {
      this.owner = owner;
      this.map = owner.map;
      this.form = byId("trial");
      this.marker = null;
      this.gain = null;
      this.canvas = Sotram.addCanvas(this.map, "trial", 430, (ctx) => this.paint(ctx));
      this.timer = 0;
      if (!this.form) return;
      this.form.addEventListener("input", () => this.computeSoon());
      this.form.addEventListener("submit", (event) => { event.preventDefault(); this.compute(false); });
      byId("trial-close").addEventListener("click", () => this.close());
      byId("trial-sharing").addEventListener("click", () => this.compute(true));
    }

    get isOpen() {
      return this.marker !== null;
    }

    /* Put the mast at a place, in the middle of the map without one. */
    open(latlng) {
      const at = latlng || this.map.getCenter();
      if (!this.marker) {
        const mark = element("span", "", "st-trial__mark");
        const icon = L.divIcon({ html: mark, className: "st-trial__pin", iconSize: [30, 30] });
        this.marker = L.marker(at, { icon: icon, draggable: true, keyboard: true, title: this.owner.words.trial, autoPan: true }).addTo(this.map);
        this.marker.getElement().setAttribute("aria-label", this.owner.words.trial);
        this.marker.getElement().addEventListener("keydown", (event) => this.move(event));
        this.marker.on("drag", () => { this.gain = null; this.canvas.redraw(); });
        this.marker.on("dragend", () => this.compute(false));
      } else this.marker.setLatLng(at);
      this.gain = null;
      this.owner.console.setTray(true);
      this.pressed(true);
      this.look(at);
      this.canvas.redraw();
      this.compute(false);
      this.marker.getElement().focus({ preventScroll: true });
    }

    /* Come near enough to see sectors, with the mark above the tray. */
    look(at) {
      const zoom = Math.max(this.map.getZoom(), NEAR_ZOOM);
      const covered = this.owner.console.tray.offsetHeight / 2;
      this.map.setView(this.map.unproject(this.map.project(at, zoom).add([0, covered]), zoom), zoom, { animate: false });
    }

    close() {
      if (!this.marker) return false;
      clearTimeout(this.timer);
      if (this.pending) this.pending.abort();
      this.marker.remove();
      this.marker = this.gain = null;
      this.owner.console.setTray(false);
      this.owner.console.notice("");
      this.pressed(false);
      this.canvas.redraw();
      this.map.getContainer().focus({ preventScroll: true });
      return true;
    }

    pressed(on) {
      document.querySelector('[data-tool="trial"]').setAttribute("aria-pressed", String(on));
    }

    move(event) {
      const way = ARROWS[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      const step = event.shiftKey ? STEP_SMALL_PX : STEP_PX;
      const at = this.map.latLngToContainerPoint(this.marker.getLatLng()).add([way[0] * step, way[1] * step]);
      this.marker.setLatLng(this.map.containerPointToLatLng(at));
      this.gain = null;
      this.canvas.redraw();
      this.computeSoon();
    }

    /* --- asking the server ------------------------------------------------------------------------------------------ */

    azimuths() {
      return this.form.elements.azimuths.value.split(/[/;,\s°]+/).filter(Boolean).map(Number);
    }

    /* What is asked, or null with a sentence where the values make no sense. */
    asked(sharing) {
      const azimuths = this.azimuths();
      if (!azimuths.length || !azimuths.every((one) => one >= 0 && one <= 360)) {
        this.owner.console.notice(this.owner.words.azimuths);
        return null;
      }
      if (!this.form.reportValidity()) return null;
      const at = this.marker.getLatLng().wrap();
      const body = { map: this.owner.coverageKey(), lon: at.lng, lat: at.lat, azimuths_deg: azimuths, sharing: sharing };
      ["height_m", "frequency_mhz", "eirp_dbm"].forEach((name) => { body[name] = Number(this.form.elements[name].value); });
      const rank = this.owner.spotRank();
      if (rank) body.white_spot = rank;
      return body;
    }

    computeSoon() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.compute(false), PAUSE_MS);
    }

    async compute(sharing) {
      clearTimeout(this.timer);
      if (!this.marker) return;
      const body = this.asked(sharing);
      if (!body) return;
      if (this.pending) this.pending.abort();
      const pending = (this.pending = new AbortController());
      this.form.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(this.owner.settings.trial, {
          method: "POST",
          signal: pending.signal,
          headers: { "Content-Type": "application/json", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
          body: JSON.stringify(body),
        });
        const said = await answer.json();
        if (!this.marker) return;
        if (answer.ok) this.show(said, sharing);
        else this.refuse(said);
      } catch (error) {
        if (error.name === "AbortError") return;
        this.owner.console.notice(this.owner.words.failed);
      } finally {
        if (this.pending === pending) this.form.removeAttribute("aria-busy");
      }
    }

    refuse(said) {
      const problem = (said.errors || []).map((one) => one.message).join(" ") || said.detail || said.title || "";
      this.owner.console.notice(fill(this.owner.words.wrong, { problem: problem }));
      this.gain = null;
      this.words("–", "–", "");
      this.canvas.redraw();
    }

    /* --- saying ------------------------------------------------------------------------------------------------------ */

    words(people, area, left) {
      const cell = (name) => this.form.querySelector(`[data-gain="${name}"]`);
      cell("people").textContent = people;
      cell("area").textContent = area;
      cell("left").textContent = left;
    }

    show(gain, sharing) {
      const n = Sotram.number;
      this.gain = gain;
      this.owner.console.notice("");
      const left = gain.left_people === null
        ? this.owner.words.won_area
        : fill(this.owner.words.left, { people: n(gain.left_people) });
      this.words(`+${n(gain.people)}`, `+${n(Math.round(gain.area_km2 * 10) / 10)} km²`, left);
      this.canvas.redraw();
      if (sharing) this.owner.console.sheet.show(this.sheetOf(gain), true);
    }

    /* The new mast beside the masts near by that could be shared, the best first. */
    sheetOf(gain) {
      const n = Sotram.number;
      const w = this.owner.words;
      const sheet = element("div", "", "st-sheet");
      const head = element("section");
      const top = element("div", "", "st-sheet__top");
      top.append(element("span", w.trial_title), this.owner.console.sheet.closeButton());
      head.append(top, element("h2", w.sharing));
      const body = element("section");
      const rows = [{ name: w.new_mast, note: "", gain: gain, isNew: true }].concat(
        gain.sharing.map((one) => ({ name: one.mast.mast, site: one.mast.site, note: `${one.mast.owner} · ${fill(w.away, { km: n(Math.round(one.mast.metres / 100) / 10) })}`, gain: one.gain })),
      );
      const table = element("table", "", "table");
      const header = element("tr");
      [w.mast, w.gain].forEach((word, i) => {
        const cell = element("th", word, i ? "st-figure-cell" : "");
        cell.scope = "col";
        header.append(cell);
      });
      const thead = element("thead");
      thead.append(header);
      const tbody = element("tbody");
      rows.forEach((row) => tbody.append(this.rowOf(row)));
      table.append(thead, tbody);
      body.append(table);
      if (!gain.sharing.length) body.append(element("p", w.no_sharing, "st-muted"));
      sheet.append(head, body);
      return sheet;
    }

    rowOf(row) {
      const line = element("tr");
      const name = element("th");
      name.scope = "row";
      if (row.site) {
        const link = element("a", row.name);
        link.href = this.owner.settings.site.replace("REF", encodeURIComponent(row.site));
        name.append(link);
      } else name.append(element("b", row.name));
      if (row.note) name.append(element("span", row.note, "st-second"));
      const figure = element("td", "", "st-figure-cell");
      figure.append(element("b", `+${Sotram.number(row.gain.people)}`));
      if (row.gain.left_people !== null) {
        figure.append(element("span", fill(this.owner.words.left, { people: Sotram.number(row.gain.left_people) }), "st-second"));
      }
      line.append(name, figure);
      return line;
    }

    /* --- drawing ----------------------------------------------------------------------------------------------------- */

    paint(ctx) {
      if (!this.marker) return;
      const c = this.owner.console.colours;
      const at = this.marker.getLatLng();
      const middle = this.map.latLngToLayerPoint(at);
      ctx.save();
      if (this.gain) this.paintGain(ctx, c);
      const far = this.gain ? this.gain.reach_m : 0;
      const reach = far ? Math.abs(this.map.latLngToLayerPoint([at.lat + far / METRES_PER_DEGREE, at.lng]).y - middle.y) : 0;
      if (reach > 20) {
        ctx.beginPath();
        ctx.arc(middle.x, middle.y, reach, 0, Math.PI * 2);
        ctx.setLineDash([5, 4]);
        ctx.lineWidth = 1.5;
        ctx.strokeStyle = c.accent;
        ctx.stroke();
        ctx.setLineDash([]);
      }
      const petal = 44;
      this.azimuths().filter((one) => one >= 0 && one <= 360).forEach((azimuth) => {
        const turn = ((azimuth - 90) * Math.PI) / 180;
        const half = ((PETAL_DEG / 2) * Math.PI) / 180;
        ctx.beginPath();
        ctx.moveTo(middle.x, middle.y);
        ctx.arc(middle.x, middle.y, petal, turn - half, turn + half);
        ctx.closePath();
        ctx.globalAlpha = 0.35;
        ctx.fillStyle = c.accent;
        ctx.fill();
        ctx.globalAlpha = 1;
        ctx.lineWidth = 1.2;
        ctx.strokeStyle = c.accent;
        ctx.stroke();
      });
      ctx.restore();
    }

    paintGain(ctx, c) {
      ctx.beginPath();
      rings(this.gain.geometry).forEach((ring) => {
        ring.forEach((at, i) => {
          const point = this.map.latLngToLayerPoint([at[1], at[0]]);
          if (i) ctx.lineTo(point.x, point.y);
          else ctx.moveTo(point.x, point.y);
        });
        ctx.closePath();
      });
      ctx.globalAlpha = 0.4;
      ctx.fillStyle = c.accent;
      ctx.fill("evenodd");
      ctx.globalAlpha = 1;
      ctx.lineWidth = 1;
      ctx.strokeStyle = c.accent;
      ctx.stroke();
    }
  };
})();
