/* The view on paper: the map beside its legend, with title, filters, scale and source; the browser makes the PDF. The map
   takes the size of the paper before the browser takes the picture, and its own size again afterwards. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const MOST_WAIT_MS = 6000;
  /* of a screen pixel, as browsers print: 96 to the inch */
  const PIXEL_M = 0.0254 / 96;

  Sotram.Print = class {
    /* console: of the map; filters(): what is shown, in words */
    constructor(console, filters) {
      this.console = console;
      this.map = console.map;
      this.filters = filters;
      this.printing = false;
      byId("print-map").addEventListener("click", () => this.print());
      window.addEventListener("beforeprint", () => this.lay());
      window.addEventListener("afterprint", () => this.clear());
    }

    async print() {
      this.lay();
      await this.settled();
      if (this.fitLegend()) await this.settled();
      window.print();
    }

    lay() {
      if (this.printing) return;
      this.printing = true;
      this.view = this.map.getBounds();
      this.centre = this.map.getCenter();
      this.zoom = this.map.getZoom();
      document.documentElement.classList.add("st-printing");
      /* a phone's browser makes its window as wide as the paper: the map keeps the size that it is given here */
      L.DomEvent.off(window, "resize", this.map._onResize, this.map);
      if (window.sotramPaperTheme()) this.console.restyle();
      this.fitLegend();
      this.fitMap();
      byId("print-filters").textContent = this.filters();
      byId("print-scale").textContent = this.scale();
      byId("print-address").textContent = location.href;
    }

    fitMap() {
      this.map.invalidateSize({ animate: false, pan: false });
      this.map.fitBounds(this.view, { animate: false });
      Sotram.drawNow(this.map);
    }

    /* A legend too long for the page is set small, without its hints; one that is still too long takes two columns, and
       the map is drawn again. Tells whether it was. */
    fitLegend() {
      const panel = byId("panel");
      const width = panel.offsetWidth;
      const isLong = () => panel.scrollHeight > panel.clientHeight;
      delete panel.dataset.tight;
      if (isLong()) panel.dataset.tight = "small";
      if (isLong()) panel.dataset.tight = "columns";
      byId("print-scale").textContent = this.scale();
      if (panel.offsetWidth === width) return false;
      this.fitMap();
      byId("print-scale").textContent = this.scale();
      return true;
    }

    /* "1 : 250.000" on paper of the printed size, in the middle of the map */
    scale() {
      const size = this.map.getSize();
      const at = (x) => this.map.containerPointToLatLng([x, size.y / 2]);
      const metres = this.map.distance(at(size.x / 2 - 50), at(size.x / 2 + 50)) / 100;
      const exact = metres / PIXEL_M;
      const step = 10 ** Math.max(Math.floor(Math.log10(exact)) - 1, 0);
      return `1 : ${Sotram.number(Math.round(exact / step) * step)}`;
    }

    async settled() {
      if (document.fonts) await document.fonts.ready;
      const late = new Promise((done) => { setTimeout(done, MOST_WAIT_MS); });
      await Promise.race([this.console.settle(), late]);
    }

    clear() {
      if (!this.printing) return;
      this.printing = false;
      document.documentElement.classList.remove("st-printing");
      L.DomEvent.on(window, "resize", this.map._onResize, this.map);
      this.map.invalidateSize({ animate: false, pan: false });
      this.map.setView(this.centre, this.zoom, { animate: false });
    }
  };
})();
