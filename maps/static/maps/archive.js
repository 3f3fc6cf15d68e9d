/* A background that the browser reads itself, by ranges of one PMTiles file: vector tiles in the layers of Protomaps and
   OpenStreetMap, or images. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const MOST_ZOOM = 19;

  /* settings: {url, opacity of images} */
  Sotram.addArchive = async function (map, settings) {
    const box = map.getContainer();
    const archive = new pmtiles.PMTiles(settings.url);
    let header = null;
    try {
      header = await archive.getHeader();
    } catch {
      /* the map is used without it */
      box.dataset.background = "failed";
      return;
    }
    const isVector = header.tileType === pmtiles.TileType.Mvt;
    const dark = () => document.documentElement.dataset.bsTheme === "dark";
    const make = () => (isVector
      ? protomapsL.leafletLayer({
        url: settings.url, flavor: dark() ? "dark" : "light", lang: document.documentElement.lang || "vi",
        attribution: "", maxDataZoom: header.maxZoom, maxZoom: MOST_ZOOM,
      })
      : pmtiles.leafletRasterLayer(archive, { opacity: settings.opacity, minNativeZoom: header.minZoom, maxNativeZoom: header.maxZoom, maxZoom: MOST_ZOOM }));
    let layer = null;
    const show = () => {
      const next = make();
      next.on("load", () => { box.dataset.background = isVector ? "vector" : "images"; });
      next.addTo(map);
      if (layer) layer.remove();
      layer = next;
    };
    show();
    if (!isVector) return;
    let was = dark();
    new MutationObserver(() => { if (dark() !== was) { was = dark(); show(); } }).observe(document.documentElement, { attributes: true });
  };
})();
