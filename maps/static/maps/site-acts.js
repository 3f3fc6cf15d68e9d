/* The map of an act on a site: where it stands, where it would stand, what else stands near; a click chooses a place. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});

  const field = (name) => document.querySelector('[data-pick="' + name + '"]');

  function ring(ctx, at, colours, dashed) {
    ctx.beginPath();
    ctx.arc(at.x, at.y, 9, 0, Math.PI * 2);
    ctx.setLineDash(dashed ? [3, 2.5] : []);
    ctx.fillStyle = colours.paper;
    ctx.fill();
    ctx.strokeStyle = colours.ink;
    ctx.lineWidth = 1.6;
    ctx.stroke();
    ctx.setLineDash([]);
  }

  function disc(ctx, at, colours) {
    ctx.beginPath();
    ctx.arc(at.x, at.y, 9, 0, Math.PI * 2);
    ctx.fillStyle = colours.accent;
    ctx.fill();
    ctx.strokeStyle = colours.paper;
    ctx.lineWidth = 2.5;
    ctx.stroke();
  }

  function arrow(ctx, from, to, colours) {
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length < 26) return;
    const start = { x: from.x + 11 * Math.cos(angle), y: from.y + 11 * Math.sin(angle) };
    const end = { x: to.x - 13 * Math.cos(angle), y: to.y - 13 * Math.sin(angle) };
    ctx.beginPath();
    ctx.moveTo(start.x, start.y);
    ctx.lineTo(end.x, end.y);
    [2.6, -2.6].forEach((turn) => {
      ctx.moveTo(end.x, end.y);
      ctx.lineTo(end.x + 8 * Math.cos(angle + turn), end.y + 8 * Math.sin(angle + turn));
    });
    ctx.strokeStyle = colours.ink;
    ctx.lineWidth = 1.8;
    ctx.stroke();
  }

  /* settings: {bounds, places: [{at: [lon, lat], role: old|new|kept|other, label}], pick, arrow, ground, words} */
  Sotram.openActs = function (map, settings) {
    const colours = Sotram.prepare(map, settings);
    const places = settings.places.slice();
    L.control.zoom({ position: "topright", zoomInTitle: settings.words.zoom_in, zoomOutTitle: settings.words.zoom_out }).addTo(map);
    if (map.getZoom() > 17) map.setZoom(17, { animate: false });
    const ground = new Sotram.Ground(map, settings.ground, colours);
    const canvas = Sotram.addCanvas(map, "acts", 400, (ctx) => {
      const drawn = places.map((place) => ({ at: map.latLngToLayerPoint([place.at[1], place.at[0]]), place }));
      const by = (role) => drawn.find((one) => one.place.role === role);
      if (settings.arrow && by("old") && by("new")) arrow(ctx, by("old").at, by("new").at, colours);
      drawn.forEach(({ at, place }) => {
        if (place.role === "new") disc(ctx, at, colours);
        else ring(ctx, at, colours, place.role === "old" || place.role === "other");
        Sotram.drawText(ctx, place.label, at.x, at.y + 20, colours, 550, 12);
      });
    });
    Sotram.followTheme(map, colours, () => { ground.redraw(); canvas.redraw(); });
    if (!settings.pick) return;
    map.getContainer().style.cursor = "crosshair";
    map.on("click", (event) => {
      const { lat, lng } = event.latlng;
      field("north").value = lat.toFixed(6);
      field("east").value = lng.toFixed(6);
      field("crs").value = "EPSG:4326";
      const there = places.find((place) => place.role === "new");
      if (there) there.at = [lng, lat];
      else places.push({ at: [lng, lat], role: "new", label: "" });
      canvas.redraw();
    });
  };
})();
