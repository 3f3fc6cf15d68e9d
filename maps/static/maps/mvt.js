/* Reads a vector tile of one layer into plain features: {id, kind, x, y, p} for points, {id, kind, parts, p} for lines
   and areas, with coordinates in units of the tile (4096 a side). The protocol buffer itself is read by pbf. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const LAYER = 3;
  const FEATURE = 2, KEY = 3, VALUE = 4;
  const POINT = 1, AREA = 3;
  const MOVE = 1, LINE = 2, CLOSE = 7;

  Sotram.EXTENT = 4096;
  Sotram.KIND = { point: POINT, line: 2, area: AREA };

  function readValue(tag, found, pbf) {
    if (tag === 1) found.value = pbf.readString();
    else if (tag === 2) found.value = pbf.readFloat();
    else if (tag === 3) found.value = pbf.readDouble();
    else if (tag === 4 || tag === 5) found.value = pbf.readVarint(true);
    else if (tag === 6) found.value = pbf.readSVarint();
    else if (tag === 7) found.value = pbf.readBoolean();
  }

  /* Points keep their first place; lines and areas a run of x, y for each part. Areas are closed by the drawing. */
  function readGeometry(feature, pbf) {
    const end = pbf.readVarint() + pbf.pos;
    const parts = [];
    let x = 0, y = 0, command = 0, left = 0, part = null;
    while (pbf.pos < end) {
      if (!left) {
        const number = pbf.readVarint();
        command = number & 7;
        left = number >> 3;
        if (command === CLOSE) { left = 0; continue; }
      }
      left -= 1;
      x += pbf.readSVarint();
      y += pbf.readSVarint();
      if (command === MOVE) parts.push((part = [x, y]));
      else if (command === LINE) part.push(x, y);
    }
    if (feature.kind === POINT) [feature.x, feature.y] = parts[0];
    else feature.parts = parts;
  }

  function readFeature(tag, feature, pbf) {
    if (tag === 1) feature.id = pbf.readVarint();
    else if (tag === 2) feature.tags = pbf.readPackedVarint();
    else if (tag === 3) feature.kind = pbf.readVarint();
    else if (tag === 4) readGeometry(feature, pbf);
  }

  function readLayer(tag, layer, pbf) {
    if (tag === FEATURE) layer.features.push(pbf.readMessage(readFeature, { id: 0, kind: 0 }));
    else if (tag === KEY) layer.keys.push(pbf.readString());
    else if (tag === VALUE) layer.values.push(pbf.readMessage(readValue, { value: null }).value);
  }

  /* Return the features of the tile's layer; an empty answer has none. */
  Sotram.readTile = function (buffer) {
    const layer = { features: [], keys: [], values: [] };
    if (!buffer.byteLength) return layer.features;
    const pbf = new Pbf.PbfReader(new Uint8Array(buffer));
    pbf.readFields((tag) => { if (tag === LAYER) pbf.readMessage(readLayer, layer); }, null);
    const { features, keys, values } = layer;
    for (const feature of features) {
      const tags = feature.tags || [];
      const p = (feature.p = {});
      for (let i = 0; i < tags.length; i += 2) p[keys[tags[i]]] = values[tags[i + 1]];
      delete feature.tags;
    }
    return features;
  };
})();
