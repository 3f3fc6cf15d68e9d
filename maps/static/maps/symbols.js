/* The symbols of the map, drawn on canvas. State is never colour alone: every state has its own shape. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const TAU = Math.PI * 2;

  /* paint order: what is wrong lies on top */
  Sotram.STATES = ["compliant", "unknown", "due", "overdue", "unsafe"];

  /* Colours come from the style sheet, so that light, dark and high contrast are decided in one place. */
  const NAMES = [
    "land", "own", "line", "line-own", "text", "halo", "ink", "paper", "accent", "accent-soft", "muted",
    "compliant", "due", "due-line", "overdue", "unsafe", "unknown", "case", "postal", "node", "internet", "route", "passed",
  ];

  Sotram.readColours = function (element) {
    const style = getComputedStyle(element);
    const colours = {};
    NAMES.forEach((name) => { colours[name] = style.getPropertyValue("--map-" + name).trim() || "#888"; });
    colours.operators = [];
    for (let i = 0; i < 10; i += 1) colours.operators.push(style.getPropertyValue("--operator-" + i).trim() || colours.ink);
    colours.ramp = [0, 1, 2, 3, 4].map((step) => style.getPropertyValue("--ramp-" + step).trim() || colours.own);
    colours.font = getComputedStyle(document.body).fontFamily || "sans-serif";
    return colours;
  };

  /* The ground of an area that has too few things to be classed. */
  Sotram.hatching = function (ctx, c) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.fillStyle = c.ramp[4];
    pen.fillRect(0, 0, 6, 6);
    pen.strokeStyle = c.muted;
    pen.lineWidth = 1;
    [[-1, 1, 1, -1], [0, 6, 6, 0], [5, 7, 7, 5]].forEach(([ax, ay, bx, by]) => { pen.beginPath(); pen.moveTo(ax, ay); pen.lineTo(bx, by); pen.stroke(); });
    return ctx.createPattern(tile, "repeat");
  };

  function polygon(ctx, x, y, radius, corners, turn) {
    ctx.beginPath();
    for (let i = 0; i < corners; i += 1) {
      const angle = turn + (i * TAU) / corners;
      ctx.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
    ctx.closePath();
  }

  function fillWithEdge(ctx, fill, edge, width) {
    ctx.fillStyle = fill;
    ctx.strokeStyle = edge;
    ctx.lineWidth = width;
    ctx.lineJoin = "round";
    ctx.stroke();
    ctx.fill();
  }

  const draw = {
    compliant(ctx, x, y, c, k) {
      ctx.beginPath();
      ctx.arc(x, y, 5 * k, 0, TAU);
      fillWithEdge(ctx, c.compliant, c.paper, 1.5);
    },
    due(ctx, x, y, c, k) {
      polygon(ctx, x, y, 7 * k, 4, 0);
      ctx.fillStyle = c.due;
      ctx.fill();
      ctx.strokeStyle = c["due-line"];
      ctx.lineWidth = 1.3;
      ctx.lineJoin = "round";
      ctx.stroke();
    },
    overdue(ctx, x, y, c, k) {
      polygon(ctx, x, y + 1.2 * k, 7.6 * k, 3, -Math.PI / 2);
      fillWithEdge(ctx, c.overdue, c.paper, 1.5);
    },
    unsafe(ctx, x, y, c, k) {
      polygon(ctx, x, y, 9 * k, 8, Math.PI / 8);
      fillWithEdge(ctx, c.unsafe, c.paper, 1.5);
      ctx.fillStyle = "#fff";
      ctx.fillRect(x - 1.1 * k, y - 5 * k, 2.2 * k, 6 * k);
      ctx.fillRect(x - 1.1 * k, y + 2.6 * k, 2.2 * k, 2.2 * k);
    },
    unknown(ctx, x, y, c, k) {
      ctx.beginPath();
      ctx.arc(x, y, 4.8 * k, 0, TAU);
      ctx.fillStyle = c.paper;
      ctx.fill();
      ctx.setLineDash([2.4, 1.9]);
      ctx.strokeStyle = c.unknown;
      ctx.lineWidth = 1.6;
      ctx.stroke();
      ctx.setLineDash([]);
    },
  };

  Sotram.drawState = function (ctx, state, x, y, c, k) {
    (draw[state] || draw.unknown)(ctx, x, y, c, k || 1);
  };

  /* One slice for each operator: a shared mast shows all of them. */
  Sotram.drawOperators = function (ctx, colours, x, y, c, k) {
    const radius = (colours.length > 1 ? 7 : 5.2) * (k || 1);
    ctx.beginPath();
    ctx.arc(x, y, radius + 1.5, 0, TAU);
    ctx.fillStyle = c.paper;
    ctx.fill();
    colours.forEach((colour, i) => {
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.arc(x, y, radius, -Math.PI / 2 + (i * TAU) / colours.length, -Math.PI / 2 + ((i + 1) * TAU) / colours.length);
      ctx.closePath();
      ctx.fillStyle = colour;
      ctx.fill();
      if (colours.length > 1) {
        ctx.strokeStyle = c.paper;
        ctx.lineWidth = 1;
        ctx.stroke();
      }
    });
  };

  /* Small ink dots under a shared mast, one for each operator. */
  Sotram.drawShared = function (ctx, count, x, y, c) {
    const dots = Math.min(count, 5);
    ctx.fillStyle = c.ink;
    for (let i = 0; i < dots; i += 1) {
      ctx.beginPath();
      ctx.arc(x + (i - (dots - 1) / 2) * 4, y + 11, 1.4, 0, TAU);
      ctx.fill();
    }
  };

  Sotram.drawSelected = function (ctx, x, y, c) {
    ctx.beginPath();
    ctx.arc(x, y, 16, 0, TAU);
    ctx.fillStyle = c.paper;
    ctx.fill();
    ctx.strokeStyle = c.accent;
    ctx.lineWidth = 3;
    ctx.stroke();
  };

  /* The halo of what lies in the area that was drawn. */
  Sotram.drawPicked = function (ctx, x, y, c, radius) {
    ctx.beginPath();
    ctx.arc(x, y, radius || 11, 0, TAU);
    ctx.globalAlpha = 0.22;
    ctx.fillStyle = c.accent;
    ctx.fill();
    ctx.globalAlpha = 1;
  };

  Sotram.drawBadge = function (ctx, text, x, y, c) {
    ctx.beginPath();
    ctx.arc(x + 13, y - 12, 8, 0, TAU);
    ctx.fillStyle = c.ink;
    ctx.fill();
    ctx.fillStyle = c.paper;
    ctx.font = "650 10.5px " + c.font;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(text, x + 13, y - 11.5);
  };

  /* A ring with the count inside and one arc for each part; parts: [[colour, n], …] in the order of drawing. */
  Sotram.drawRing = function (ctx, label, parts, x, y, radius, c) {
    const total = parts.reduce((sum, part) => sum + part[1], 0);
    ctx.beginPath();
    ctx.arc(x, y, radius + 1.5, 0, TAU);
    ctx.fillStyle = c.paper;
    ctx.fill();
    let angle = -Math.PI / 2;
    parts.forEach((part) => {
      const turn = total ? (part[1] / total) * TAU : 0;
      if (!turn) return;
      ctx.beginPath();
      ctx.arc(x, y, radius - 1.5, angle, angle + turn);
      ctx.strokeStyle = part[0];
      ctx.lineWidth = 4;
      ctx.stroke();
      angle += turn;
    });
    ctx.fillStyle = c.ink;
    ctx.font = "650 " + (label.length > 4 ? 10.5 : 12) + "px " + c.font;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(label, x, y + 0.5);
  };

  Sotram.drawText = function (ctx, text, x, y, c, weight, size, colour) {
    ctx.font = (weight || 500) + " " + (size || 12) + "px " + c.font;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.strokeStyle = c.halo;
    ctx.lineWidth = 3;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour || c.text;
    ctx.fillText(text, x, y);
  };

  function plate(ctx, x, y, half, fill, edge) {
    ctx.beginPath();
    ctx.roundRect(x - half, y - half, half * 2, half * 2, 3);
    fillWithEdge(ctx, fill, edge, 1.5);
  }

  function strokes(ctx, colour, width, lines) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.lineCap = "round";
    lines.forEach((line) => {
      ctx.beginPath();
      line.forEach((point) => ctx.lineTo(point[0], point[1]));
      ctx.stroke();
    });
    ctx.lineCap = "butt";
  }

  function sign(ctx, text, x, y, c, colour) {
    ctx.font = "700 11px " + c.font;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y + 0.5);
  }

  /* Symbols of the other layers. A kind that is weaker (a letter box, an ordinary node) is drawn hollow. */
  const things = {
    postal(ctx, x, y, c, weak) {
      plate(ctx, x, y, 6.5, weak ? c.paper : c.postal, weak ? c.postal : c.paper);
      const ink = weak ? c.postal : c.paper;
      strokes(ctx, ink, 1.3, [[[x - 4, y - 2.5], [x, y + 1], [x + 4, y - 2.5]]]);
    },
    nodes(ctx, x, y, c, weak) {
      plate(ctx, x, y, weak ? 5 : 7, c.node, c.paper);
      if (!weak) strokes(ctx, c.paper, 1.5, [[[x - 3.5, y - 2.5], [x + 3.5, y - 2.5]], [[x - 3.5, y + 2.5], [x + 3.5, y + 2.5]]]);
    },
    internet(ctx, x, y, c) {
      plate(ctx, x, y, 6.5, c.internet, c.paper);
      sign(ctx, "@", x, y, c, c.paper);
    },
    cases(ctx, x, y, c) {
      ctx.beginPath();
      ctx.arc(x, y, 8.5, 0, TAU);
      fillWithEdge(ctx, c.paper, c.case, 2.5);
      sign(ctx, "§", x, y, c, c.case);
    },
    inspections(ctx, x, y, c, weak) {
      const colour = weak ? c.overdue : c.passed;
      ctx.beginPath();
      ctx.arc(x, y, 7, 0, TAU);
      fillWithEdge(ctx, c.paper, colour, 2);
      strokes(ctx, colour, 1.8, weak
        ? [[[x - 2.5, y - 2.5], [x + 2.5, y + 2.5]], [[x + 2.5, y - 2.5], [x - 2.5, y + 2.5]]]
        : [[[x - 3, y], [x - 0.8, y + 2.4], [x + 3.2, y - 2.4]]]);
    },
    out(ctx, x, y, c) {
      ctx.beginPath();
      ctx.arc(x, y, 6, 0, TAU);
      fillWithEdge(ctx, c.paper, c.overdue, 2);
      strokes(ctx, c.overdue, 1.8, [[[x - 2.4, y - 2.4], [x + 2.4, y + 2.4]], [[x + 2.4, y - 2.4], [x - 2.4, y + 2.4]]]);
    },
    /* taller is larger, on a roof is hollow */
    masts(ctx, x, y, c, weak, p) {
      const height = (p && p.height_m) || 0;
      const k = height >= 50 ? 1.35 : height >= 30 ? 1.1 : 0.85;
      const roof = Boolean(p) && p.base === "roof";
      ctx.beginPath();
      [[0, -8], [4.6, 6], [-4.6, 6]].forEach(([dx, dy]) => ctx.lineTo(x + dx * k, y + dy * k));
      ctx.closePath();
      fillWithEdge(ctx, roof ? c.paper : c.node, roof ? c.node : c.paper, 1.5);
      strokes(ctx, roof ? c.node : c.paper, 1.1, [[[x - 2.4 * k, y + 0.5 * k], [x + 2.4 * k, y + 0.5 * k]]]);
    },
    findings(ctx, x, y, c, weak, p) {
      const severity = (p && p.severity) || "minor";
      const colour = { critical: c.unsafe, major: c.overdue, minor: c.due }[severity] || c.due;
      plate(ctx, x, y, severity === "critical" ? 7.5 : 6.5, colour, severity === "minor" ? c["due-line"] : c.paper);
      sign(ctx, "!", x, y, c, severity === "minor" ? "#16202e" : "#fff");
    },
    incidents(ctx, x, y, c, weak, p) {
      const over = Boolean(p) && p.state === "over";
      const fresh = over ? c.muted : c.overdue;
      ctx.beginPath();
      ctx.arc(x, y, over ? 6.5 : 8, 0, TAU);
      fillWithEdge(ctx, over ? c.paper : fresh, over ? fresh : c.paper, 1.6);
      const ink = over ? fresh : "#fff";
      const kind = (p && p.kind) || "outage";
      if (kind === "outage") strokes(ctx, ink, 1.6, [[[x + 1, y - 4.5], [x - 2, y + 0.5], [x + 2, y + 0.5], [x - 1, y + 4.5]]]);
      else sign(ctx, { theft: "T", sabotage: "×", fire: "F", storm: "S", cyber: "C" }[kind] || "?", x, y, c, ink);
    },
    permits(ctx, x, y, c, weak, p) {
      const colour = { expired: c.overdue, soon: c.due, later: c.compliant, never: c.muted }[(p && p.expiry) || "later"];
      ctx.beginPath();
      ctx.rect(x - 4.5, y - 6, 9, 12);
      fillWithEdge(ctx, c.paper, colour, 2);
      strokes(ctx, colour, 1.3, [[[x - 2, y - 2], [x + 2, y - 2]], [[x - 2, y + 1.5], [x + 2, y + 1.5]]]);
    },
    mast(ctx, x, y, c) {
      ctx.beginPath();
      ctx.arc(x, y, 6.5, 0, TAU);
      fillWithEdge(ctx, c.accent, c.paper, 1.5);
      strokes(ctx, c.paper, 1.3, [[[x - 2.4, y + 3.5], [x, y - 3], [x + 2.4, y + 3.5]]]);
    },
  };

  Sotram.drawThing = function (ctx, layer, x, y, c, weak, p) {
    (things[layer] || things.mast)(ctx, x, y, c, weak, p);
  };

  /* A small plate with a symbol and a count: a layer other than the stations, counted by commune. */
  Sotram.drawCount = function (ctx, layer, text, x, y, c) {
    ctx.font = "600 11px " + c.font;
    const width = 24 + ctx.measureText(text).width;
    ctx.beginPath();
    ctx.roundRect(x - width / 2, y - 9, width, 18, 9);
    fillWithEdge(ctx, c.paper, c.line, 1);
    Sotram.drawThing(ctx, layer, x - width / 2 + 10, y, c, false);
    ctx.fillStyle = c.ink;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillText(text, x - width / 2 + 19, y + 0.5);
    return width / 2;
  };
})();
