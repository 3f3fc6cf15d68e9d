/* A map on which one place is shown: by a press, by the device's position, by the middle of the map. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const byId = (id) => document.getElementById(id);
  const DECIMALS = 6;

  /* settings: {from: [lon, lat] where the register has it, pin: [lon, lat], fixed, ground, words} */
  Sotram.openPin = function (map, settings) {
    const colours = Sotram.prepare(map, settings);
    L.control.zoom({ position: "topright", zoomInTitle: settings.words.zoom_in, zoomOutTitle: settings.words.zoom_out }).addTo(map);
    const ground = new Sotram.Ground(map, settings.ground, colours);
    const lon = byId("id_lon");
    const lat = byId("id_lat");
    let pin = settings.pin ? L.latLng(settings.pin[1], settings.pin[0]) : null;
    if (!pin && lon && lon.value && lat.value) pin = L.latLng(Number(lat.value), Number(lon.value));
    const from = settings.from ? L.latLng(settings.from[1], settings.from[0]) : null;

    const canvas = Sotram.addCanvas(map, "pin", 400, (ctx) => {
      if (from) {
        const at = map.latLngToLayerPoint(from);
        if (pin) {
          const to = map.latLngToLayerPoint(pin);
          ctx.beginPath();
          ctx.moveTo(at.x, at.y);
          ctx.lineTo(to.x, to.y);
          ctx.setLineDash([5, 4]);
          ctx.strokeStyle = colours.ink;
          ctx.lineWidth = 1.5;
          ctx.stroke();
          ctx.setLineDash([]);
        }
        Sotram.drawThing(ctx, "mast", at.x, at.y, colours, false);
      }
      if (!pin) return;
      const at = map.latLngToLayerPoint(pin);
      Sotram.drawSelected(ctx, at.x, at.y, colours);
      Sotram.drawThing(ctx, "mast", at.x, at.y, colours, false);
    });

    function show() {
      canvas.redraw();
      if (!lon) return;
      const words = byId("pin-words");
      lon.value = pin ? pin.lng.toFixed(DECIMALS) : "";
      lat.value = pin ? pin.lat.toFixed(DECIMALS) : "";
      words.textContent = pin
        ? words.dataset.wordsSet.replace("{lat}", pin.lat.toFixed(5)).replace("{lon}", pin.lng.toFixed(5))
        : words.dataset.wordsNone;
      byId("pin-away").hidden = !pin;
    }

    function put(latlng) {
      pin = latlng;
      show();
    }

    if (pin && !from) map.setView(pin, 16, { animate: false });
    if (pin && from) map.fitBounds(L.latLngBounds([pin, from]).pad(0.6), { animate: false, maxZoom: 17 });
    Sotram.followTheme(map, colours, () => { ground.redraw(); canvas.redraw(); });
    show();
    if (settings.fixed) return;
    map.on("click", (event) => put(event.latlng));
    byId("pin-here").addEventListener("click", () => map.locate({ setView: true, maxZoom: 17 }).once("locationfound", (event) => put(event.latlng)));
    byId("pin-centre").addEventListener("click", () => put(map.getCenter()));
    byId("pin-away").addEventListener("click", () => put(null));
  };
})();
