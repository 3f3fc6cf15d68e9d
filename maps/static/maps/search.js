/* A search box with suggestions: a combobox whose list comes from the server. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const PAUSE_MS = 180;

  /* options: {box, list, url, words, choose(hit)} */
  Sotram.search = function (options) {
    const { box, list } = options;
    let hits = [];
    let active = -1;
    let timer = 0;
    let pending = null;

    function close() {
      list.hidden = true;
      active = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    }

    function mark(index) {
      active = index;
      [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === index)));
      if (index < 0) return;
      box.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    }

    function row(hit, index) {
      const item = document.createElement("li");
      item.id = list.id + "-" + index;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const title = document.createElement("b");
      title.textContent = hit.title;
      const text = document.createElement("span");
      text.textContent = hit.text;
      item.append(title, text);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(index); });
      return item;
    }

    function take(index) {
      const hit = hits[index];
      close();
      box.value = hit.title;
      options.choose(hit);
    }

    function show(found) {
      hits = found;
      list.replaceChildren(...found.map(row));
      if (!found.length) {
        const empty = document.createElement("li");
        empty.setAttribute("role", "option");
        empty.setAttribute("aria-disabled", "true");
        empty.setAttribute("aria-selected", "false");
        empty.textContent = options.words.nothing;
        list.append(empty);
      }
      active = -1;
      list.hidden = false;
      box.setAttribute("aria-expanded", "true");
    }

    async function ask() {
      const text = box.value.trim();
      if (pending) pending.abort();
      if (text.length < 2) { close(); return; }
      pending = new AbortController();
      try {
        const answer = await fetch(options.url + "?q=" + encodeURIComponent(text), { signal: pending.signal });
        if (answer.ok && document.activeElement === box) show((await answer.json()).results);
      } catch (error) {
        if (error.name !== "AbortError") close();
      }
    }

    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) { close(); event.stopPropagation(); return; }
      if (event.key === "Enter" && hits.length && !list.hidden) { event.preventDefault(); take(Math.max(active, 0)); return; }
      if (list.hidden || !hits.length || !/^Arrow(Up|Down)$/.test(event.key)) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + hits.length) % hits.length);
    });
  };
})();
