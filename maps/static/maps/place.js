/* Two small maps: one place on its sheet, and the public map of the home page. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});

  function zoomButtons(map, words) {
    L.control.zoom({ position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  }

  /* settings: {at: [lon, lat], symbol, circles: [{metres, dashed}], ground, words} */
  Sotram.openPlace = function (map, settings) {
    const colours = Sotram.prepare(map, settings);
    const [lon, lat] = settings.at;
    map.setView([lat, lon], settings.zoom || 15, { animate: false });
    zoomButtons(map, settings.words);
    const ground = new Sotram.Ground(map, settings.ground, colours);
    const paint = (ctx) => {
      const at = map.latLngToLayerPoint([lat, lon]);
      (settings.circles || []).forEach((circle) => {
        const edge = map.latLngToLayerPoint([lat + circle.metres / 111195, lon]);
        const radius = Math.abs(edge.y - at.y);
        ctx.beginPath();
        ctx.arc(at.x, at.y, radius, 0, Math.PI * 2);
        ctx.setLineDash([5, 4]);
        ctx.strokeStyle = colours.ink;
        ctx.lineWidth = 1.2;
        ctx.stroke();
        ctx.setLineDash([]);
        if (radius > 26) Sotram.drawText(ctx, circle.label, at.x, at.y - radius + 12, colours, 550, 12);
      });
      Sotram.drawSelected(ctx, at.x, at.y, colours);
      if (Sotram.STATES.includes(settings.symbol)) Sotram.drawState(ctx, settings.symbol, at.x, at.y, colours, 1);
      else Sotram.drawThing(ctx, settings.symbol, at.x, at.y, colours, false);
    };
    const canvas = Sotram.addCanvas(map, "place", 400, paint);
    Sotram.followTheme(map, colours, () => { ground.redraw(); canvas.redraw(); });
  };

  /* The public map: what everybody may see; a click on a mast or post office opens its sheet. */
  Sotram.openPublic = function (map, settings) {
    const colours = Sotram.prepare(map, settings);
    zoomButtons(map, settings.words);
    const ground = new Sotram.Ground(map, settings.ground, colours);
    const live = new Sotram.Live(map, settings, colours, ground);
    live.colouring = "published";
    if (settings.at) map.setView([settings.at[1], settings.at[0]], settings.zoom, { animate: false });
    if (settings.unit) ground.selected = new Set([settings.unit]);
    live.load();
    Sotram.followTheme(map, colours, () => { ground.redraw(); live.redraw(); });
    map.on("mousemove", (event) => { map.getContainer().style.cursor = live.under(event.latlng, false).length ? "pointer" : ""; });
    map.on("click", (event) => {
      const hit = live.under(event.latlng, window.matchMedia("(pointer: coarse)").matches)[0];
      if (!hit) return;
      const p = hit.feature.properties;
      if (p.site) location.assign(settings.site.replace("REF", encodeURIComponent(p.site)));
      else if (p.unit) {
        const at = hit.feature.geometry.coordinates;
        map.setView([at[1], at[0]], Math.max(Math.floor(map.getZoom()) + 1, hit.feature.members.length > 1 ? 0 : hit.layer.single_from));
      }
    });
  };
})();
