/* Boxes on the screen by where they lie, so that each is compared with those around it only; and the room that words take. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  /* side of a field in pixels; boxes reach so far at most */
  const FIELD = 160;
  const MOST_WIDTHS = 20000;

  /* box: {x, y of the middle, half its width, tall: half its height} */
  const clash = (a, b) => Math.abs(a.x - b.x) < a.half + b.half && Math.abs(a.y - b.y) < a.tall + b.tall;
  const keyOf = (column, row) => column * 1e6 + row;

  Sotram.clash = clash;

  Sotram.Boxes = class {
    constructor(boxes) {
      this.fields = new Map();
      if (boxes) boxes.forEach((box) => this.add(box, true));
    }

    add(box, owner) {
      const key = keyOf(Math.floor(box.x / FIELD), Math.floor(box.y / FIELD));
      const field = this.fields.get(key);
      if (field) field.push({ box: box, owner: owner });
      else this.fields.set(key, [{ box: box, owner: owner }]);
    }

    /* The owner of a box that clashes with this one. */
    find(box) {
      const [column, row] = [Math.floor(box.x / FIELD), Math.floor(box.y / FIELD)];
      for (let x = column - 1; x <= column + 1; x += 1) {
        for (let y = row - 1; y <= row + 1; y += 1) {
          const field = this.fields.get(keyOf(x, y));
          if (!field) continue;
          for (const one of field) if (clash(one.box, box)) return one.owner;
        }
      }
      return null;
    }
  };

  const widths = new Map();

  /* How wide words are in the font of ctx, in pixels. */
  Sotram.widthOf = function (ctx, words) {
    const key = ctx.font + words;
    let width = widths.get(key);
    if (width === undefined) {
      if (widths.size > MOST_WIDTHS) widths.clear();
      width = ctx.measureText(words).width;
      widths.set(key, width);
    }
    return width;
  };

  /* Fonts that arrive late are wider or narrower than those that stood in. */
  if (document.fonts) document.fonts.addEventListener("loadingdone", () => widths.clear());
})();
