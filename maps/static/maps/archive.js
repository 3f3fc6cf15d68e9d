/* A background that the browser reads itself, by ranges of one PMTiles file: vector tiles in the layers of Protomaps and
   OpenStreetMap, or images. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const MOST_ZOOM = 19;
  /* layers that the flavours of Protomaps know how to draw */
  const KNOWN = new Set(["earth", "water", "landcover", "landuse", "roads", "boundaries", "buildings", "places", "pois"]);
  const AREA = 3;
  const LINE = 2;
  const POINT = 1;

  /* Rules for an archive of other layers (one of ours, or of an office's own plans): plain areas, lines, points and names. */
  function plain(layers, c) {
    const of = (kind) => (_zoom, feature) => feature.geomType === kind;
    const rule = (layer, kind, symbolizer) => ({ dataLayer: layer.id, symbolizer: symbolizer, filter: of(kind) });
    const name = new protomapsL.CenteredTextSymbolizer({
      labelProps: ["name:vi", "name"], fill: c.text, stroke: c.halo, width: 3, font: "500 12px " + c.font,
    });
    const drawn = [
      [AREA, new protomapsL.PolygonSymbolizer({ fill: c.own })],
      [AREA, new protomapsL.LineSymbolizer({ color: c.line, width: 1 })],
      [LINE, new protomapsL.LineSymbolizer({ color: c.muted, width: 1 })],
      [POINT, new protomapsL.CircleSymbolizer({ radius: 2, fill: c.muted, stroke: c.halo, width: 1 })],
    ];
    return {
      backgroundColor: c.land,
      paintRules: drawn.flatMap(([kind, symbolizer]) => layers.map((layer) => rule(layer, kind, symbolizer))),
      labelRules: layers.map((layer) => rule(layer, POINT, name)),
    };
  }

  /* settings: {url, opacity of images} */
  Sotram.addArchive = async function (map, settings) {
    const box = map.getContainer();
    const archive = new pmtiles.PMTiles(settings.url);
    let header = null;
    let layers = [];
    try {
      header = await archive.getHeader();
      layers = (await archive.getMetadata()).vector_layers || [];
    } catch {
      /* the map is used without it, on our own units */
      box.dataset.background = "failed";
      map.fire("backgroundfailed");
      return;
    }
    const isKnown = !layers.length || layers.some((layer) => KNOWN.has(layer.id));
    const isVector = header.tileType === pmtiles.TileType.Mvt;
    const dark = () => document.documentElement.dataset.bsTheme === "dark";
    const make = () => (isVector
      ? protomapsL.leafletLayer({
        url: settings.url, lang: document.documentElement.lang || "vi", ...(isKnown ? { flavor: dark() ? "dark" : "light" } : plain(layers, Sotram.readColours(box))),
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
