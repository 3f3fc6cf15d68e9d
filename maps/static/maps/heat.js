/* Density of stations: each lays a soft spot, the sum is coloured by the classes of the map. Painted at a third of the
   size, for softness costs nothing there. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const SHRUNK = 3;
  const RADIUS = 26;
  const LEAST_ALPHA = 0.08;
  const MOST_ALPHA = 0.85;

  function rgb(colour) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = colour;
    const hex = pen.fillStyle.slice(1);
    return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  }

  /* 256 colours from the lowest class to the highest */
  function scale(colours) {
    const stops = [3, 2, 1, 0].map((step) => rgb(colours.ramp[step]));
    return Array.from({ length: 256 }, (_none, i) => {
      const at = (i / 255) * (stops.length - 1);
      const low = Math.min(Math.floor(at), stops.length - 2);
      return stops[low].map((value, channel) => Math.round(value + (stops[low + 1][channel] - value) * (at - low)));
    });
  }

  Sotram.paintHeatLegend = function (canvas, colours) {
    const ctx = canvas.getContext("2d");
    const found = scale(colours);
    for (let x = 0; x < canvas.width; x += 1) {
      ctx.fillStyle = `rgb(${found[Math.round((x / (canvas.width - 1)) * 255)].join(",")})`;
      ctx.fillRect(x, 0, 1, canvas.height);
    }
  };

  /* points: [{x, y, n}] in the pixels of ctx; bounds: what ctx covers */
  Sotram.paintHeat = function (ctx, bounds, points, colours) {
    if (!points.length) return;
    const size = bounds.getSize();
    const board = document.createElement("canvas");
    board.width = Math.ceil(size.x / SHRUNK);
    board.height = Math.ceil(size.y / SHRUNK);
    const pen = board.getContext("2d", { willReadFrequently: true });
    const sorted = points.map((point) => point.n).sort((a, b) => a - b);
    const usual = sorted[Math.floor(sorted.length * 0.95)];
    const radius = RADIUS / SHRUNK;
    points.forEach((point) => {
      const x = (point.x - bounds.min.x) / SHRUNK;
      const y = (point.y - bounds.min.y) / SHRUNK;
      const strength = Math.max(Math.min(point.n / usual, 1) * 0.5, LEAST_ALPHA);
      const spot = pen.createRadialGradient(x, y, 0, x, y, radius);
      spot.addColorStop(0, `rgba(0,0,0,${strength})`);
      spot.addColorStop(1, "rgba(0,0,0,0)");
      pen.fillStyle = spot;
      pen.fillRect(x - radius, y - radius, radius * 2, radius * 2);
    });
    const image = pen.getImageData(0, 0, board.width, board.height);
    const found = scale(colours);
    const data = image.data;
    for (let i = 3; i < data.length; i += 4) {
      if (!data[i]) continue;
      [data[i - 3], data[i - 2], data[i - 1]] = found[data[i]];
      data[i] = Math.min(255 * MOST_ALPHA, data[i] * 2.2);
    }
    pen.putImageData(image, 0, 0);
    ctx.imageSmoothingEnabled = true;
    ctx.drawImage(board, bounds.min.x, bounds.min.y, board.width * SHRUNK, board.height * SHRUNK);
  };
})();
