// A sketch is moved, enlarged, and an area is drawn on it. Without this file it is a picture, and the list does it all.
(() => {
  const SVG_UNITS = 1000;

  function enhance(figure) {
    const svg = figure.querySelector("svg");
    const full = { width: Number(svg.dataset.width), height: Number(svg.dataset.height) };
    const view = { x: 0, y: 0, width: full.width, height: full.height };
    const lasso = figure.querySelector("[data-lasso]");
    const scale = figure.querySelector("[data-scale]");
    let drawn = null;
    let moved = null;

    function show() {
      svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
      svg.style.setProperty("--st-k", String(view.width / full.width));
      // The enlargement from which names have room: 1, 2, 4, 8 times.
      figure.dataset.detail = String(Math.min(3, Math.floor(Math.log2(full.width / view.width + 0.01))));
      if (scale) scale.style.visibility = view.width === full.width ? "visible" : "hidden";
    }

    function zoom(factor, at) {
      const width = Math.min(full.width, Math.max(full.width / 60, view.width * factor));
      const k = width / view.width;
      const point = at || { x: view.x + view.width / 2, y: view.y + view.height / 2 };
      view.x = clamp(point.x - (point.x - view.x) * k, full.width - width);
      view.y = clamp(point.y - (point.y - view.y) * k, full.height - view.height * k);
      view.width = width;
      view.height *= k;
      show();
    }

    const clamp = (value, most) => Math.min(Math.max(0, value), Math.max(0, most));

    function place(event) {
      const box = svg.getBoundingClientRect();
      // The picture keeps its shape and is centred in its box.
      const k = Math.max(view.width / box.width, view.height / box.height);
      return {
        x: view.x + view.width / 2 + (event.clientX - box.left - box.width / 2) * k,
        y: view.y + view.height / 2 + (event.clientY - box.top - box.height / 2) * k,
        k,
      };
    }

    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !figure.hasAttribute("data-drawing") && view.width === full.width && event.deltaY > 0) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, place(event));
    }, { passive: false });

    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      if (figure.hasAttribute("data-drawing")) {
        drawn = [place(event)];
      } else if (view.width < full.width) {
        moved = { x: event.clientX, y: event.clientY };
      } else {
        return;
      }
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (drawn) {
        const here = place(event);
        const last = drawn[drawn.length - 1];
        if (Math.hypot(here.x - last.x, here.y - last.y) > 4 * here.k) drawn.push(here);
        lasso.setAttribute("d", `M${drawn.map((one) => `${one.x} ${one.y}`).join("L")}Z`);
      } else if (moved) {
        const k = place(event).k;
        view.x = clamp(view.x - (event.clientX - moved.x) * k, full.width - view.width);
        view.y = clamp(view.y - (event.clientY - moved.y) * k, full.height - view.height);
        moved = { x: event.clientX, y: event.clientY };
        show();
      }
    });
    svg.addEventListener("pointerup", () => {
      moved = null;
      if (!drawn) return;
      const corners = drawn;
      drawn = null;
      if (corners.length > 2) send(corners);
    });
    svg.addEventListener("pointercancel", () => { drawn = null; moved = null; });

    function send(corners) {
      const form = document.querySelector("[data-area-form]");
      if (!form) return;
      const { west, north, perLon, perLat } = figure.dataset;
      const step = Math.max(1, Math.ceil(corners.length / (SVG_UNITS - 1)));
      form.querySelector("[data-area]").value = corners
        .filter((_, place) => place % step === 0)
        .map((one) => `${(Number(west) + one.x / Number(perLon)).toFixed(6)},${(Number(north) - one.y / Number(perLat)).toFixed(6)}`)
        .join(";");
      form.requestSubmit();
    }

    figure.querySelectorAll("[data-zoom]").forEach((button) => {
      button.addEventListener("click", () => {
        if (button.dataset.zoom === "all") Object.assign(view, { x: 0, y: 0, ...full });
        else zoom(button.dataset.zoom === "in" ? 0.6 : 1.6);
        show();
      });
    });
    const pencil = figure.querySelector("[data-draw]");
    if (pencil) {
      pencil.addEventListener("click", () => {
        const on = figure.toggleAttribute("data-drawing");
        pencil.setAttribute("aria-pressed", String(on));
      });
    }
    figure.querySelector("[data-sketch-tools]").hidden = false;
  }

  document.querySelectorAll("[data-sketch]").forEach(enhance);

  // How many visits are chosen is said beside the buttons.
  const visits = document.querySelector("[data-visits]");
  if (visits) {
    const said = visits.querySelector("[data-chosen]");
    const bar = visits.querySelector(".st-plan-bar");
    const say = () => {
      const n = visits.querySelectorAll("input[name=task]:checked").length;
      if (bar) bar.hidden = n === 0;
      if (said) said.textContent = said.dataset.words.replace("{n}", String(n));
    };
    visits.addEventListener("change", (event) => { if (event.target.matches("input[name=task]")) say(); });
    say();
  }
})();
