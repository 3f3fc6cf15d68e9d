/* The sheet beside the map: a site, an installation, or the choice between everything at one point. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const SVG = "http://www.w3.org/2000/svg";
  const PHONE = "(max-width: 991.98px)";

  const { element, fill } = Sotram;

  /* The icon "x", as templates draw it. */
  function cross() {
    const icon = document.createElementNS(SVG, "svg");
    const looks = { class: "icon", viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "aria-hidden": "true" };
    Object.entries(looks).forEach(([name, value]) => icon.setAttribute(name, value));
    icon.append(document.createElementNS(SVG, "path"));
    icon.firstChild.setAttribute("d", "M18 6l-12 12M6 6l12 12");
    return icon;
  }

  Sotram.Sheet = class {
    /* owner: the console; box: the element that is filled; frame: told by data-sheet that the sheet is open */
    constructor(owner, box, frame) {
      this.owner = owner;
      this.box = box;
      this.frame = frame;
      box.addEventListener("click", (event) => this.clicked(event));
    }

    get isOpen() {
      return !this.box.hidden;
    }

    openItem(item) {
      const p = item.feature.properties;
      if (p.site) this.openSite(p.site, true);
      else if (item.layer.page) location.assign(item.layer.page.replace("REF", encodeURIComponent(p.ref)));
      else this.open(this.owner.settings.thing.replace("REF", encodeURIComponent(p.ref)), true);
    }

    /* Everything at one point, to choose from. */
    choose(items) {
      const sheet = element("div", "", "st-sheet");
      const head = element("section");
      const top = element("div", "", "st-sheet__top");
      top.append(element("span", fill(this.owner.words.here, { n: items.length })), this.closeButton());
      const rows = element("ul", "", "st-map-rows");
      items.slice(0, 40).forEach((item) => {
        const row = element("li");
        const button = element("button");
        button.type = "button";
        const [title, text] = this.owner.mode.describe(item);
        const words = element("span");
        words.append(element("b", title), element("span", text));
        button.append(this.smallSymbol(item), words);
        button.addEventListener("click", () => this.openItem(item));
        row.append(button);
        rows.append(row);
      });
      head.append(top, rows);
      sheet.append(head);
      this.show(sheet, true);
    }

    smallSymbol(item) {
      const canvas = element("canvas");
      const ratio = window.devicePixelRatio || 1;
      canvas.width = canvas.height = 20 * ratio;
      const ctx = canvas.getContext("2d");
      ctx.scale(ratio, ratio);
      const p = item.feature.properties;
      if (item.layer.name === "stations") {
        const states = Sotram.STATES.filter((state) => p.states[state]);
        Sotram.drawState(ctx, states[states.length - 1], 10, 10, this.owner.colours, 0.9);
      } else Sotram.drawThing(ctx, item.layer.name, 10, 10, this.owner.colours, p.weak, p);
      canvas.setAttribute("aria-hidden", "true");
      return canvas;
    }

    closeButton() {
      const button = element("button", "", "st-icon-button");
      button.append(cross());
      button.type = "button";
      button.dataset.sheet = "close";
      button.setAttribute("aria-label", this.owner.words.close);
      return button;
    }

    openSite(code, focus, go) {
      this.owner.site = code;
      this.select(code);
      this.owner.writeAddress();
      this.open(this.owner.settings.site.replace("REF", encodeURIComponent(code)), focus, go);
    }

    /* Mark a site on the map, where the mode draws sites. */
    select(code) {
      if (!this.owner.live) return;
      this.owner.live.selected = code;
      this.owner.live.redraw();
    }

    /* Fill the sheet from *url*; what lies there already stays until then where it is renewed only. */
    async open(url, focus, go, renew) {
      if (!renew || this.box.hidden) this.show(element("p", this.owner.words.loading, "st-loading"), false);
      const top = renew ? this.box.scrollTop : 0;
      this.asked = url;
      try {
        const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const text = await answer.text();
        if (this.asked !== url) return;
        const parsed = new DOMParser().parseFromString(text, "text/html");
        this.show(document.importNode(parsed.body.firstElementChild, true), focus);
        this.box.scrollTop = top;
        if (go) this.box.querySelector('[data-sheet="zoom"]').click();
      } catch {
        const box = element("div", "", "st-sheet");
        const part = element("section");
        const top = element("div", "", "st-sheet__top");
        top.append(element("span", this.owner.words.no_sheet), this.closeButton());
        part.append(top);
        box.append(part);
        this.show(box, focus);
      }
    }

    show(content, focus) {
      const wasHidden = this.box.hidden;
      this.box.hidden = false;
      this.box.replaceChildren(content);
      this.box.scrollTop = 0;
      this.frame.dataset.sheet = "";
      if (wasHidden) this.owner.map.invalidateSize({ animate: false, pan: false });
      this.keepInView();
      if (focus) this.box.focus({ preventScroll: true });
    }

    /* The chosen place must not lie under the sheet. */
    keepInView() {
      const chosen = (this.owner.live ? this.owner.live.drawn : []).find((item) => item.feature.properties.site === this.owner.site && !item.points);
      const told = this.owner.site ? this.box.querySelector('[data-sheet="zoom"]') : null;
      const at = chosen ? chosen.feature.geometry.coordinates : told && told.dataset.at.split(",").map(Number);
      if (!at || !this.owner.map.getBounds().contains([at[1], at[0]])) return;
      const phone = window.matchMedia(PHONE).matches;
      this.owner.map.panInside([at[1], at[0]], { paddingTopLeft: [40, 120], paddingBottomRight: [40, phone ? this.owner.map.getSize().y * 0.55 : 40] });
    }

    clicked(event) {
      const button = event.target.closest("[data-sheet]");
      if (!button) return;
      if (button.dataset.sheet === "close") this.close();
      if (button.dataset.sheet === "size") {
        this.box.dataset.height = this.box.dataset.height === "full" ? "half" : "full";
        button.setAttribute("aria-expanded", String(this.box.dataset.height === "full"));
      }
      if (button.dataset.sheet === "zoom") {
        const [lon, lat] = button.dataset.at.split(",").map(Number);
        this.look([lat, lon], Math.max(this.owner.map.getZoom(), 15));
      }
    }

    /* Look at a place so that the sheet of a phone, which covers the lower half, leaves it in view. */
    look(at, zoom) {
      const covered = window.matchMedia(PHONE).matches && !this.box.hidden ? this.box.offsetHeight / 2 : 0;
      this.owner.map.setView(this.owner.map.unproject(this.owner.map.project(at, zoom).add([0, covered]), zoom), zoom);
    }

    close() {
      this.asked = null;
      this.box.hidden = true;
      this.box.dataset.height = "half";
      delete this.frame.dataset.sheet;
      this.owner.site = null;
      this.select(null);
      this.owner.map.invalidateSize({ animate: false, pan: false });
      this.owner.writeAddress();
      this.owner.map.getContainer().focus({ preventScroll: true });
    }
  };
})();
