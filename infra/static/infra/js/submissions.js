// A file dropped on its field shows its name; the row that is looked at closely is marked in the grid.
(() => {
  document.querySelectorAll("[data-drop]").forEach((place) => {
    const input = place.querySelector("input[type=file]");
    const name = place.querySelector("[data-drop-name]");
    input.addEventListener("change", () => {
      name.textContent = input.files.length ? input.files[0].name : name.dataset.empty;
    });
    ["dragenter", "dragover"].forEach((type) => place.addEventListener(type, () => place.classList.add("st-drop--over")));
    ["dragleave", "drop"].forEach((type) => place.addEventListener(type, () => place.classList.remove("st-drop--over")));
  });

  // Rows that go back are named in a field; the button of a row writes them there, and the tab keeps them from page to page.
  const returned = document.querySelector("[data-returned]");
  if (returned) {
    const form = returned.form;
    const reason = form.elements.reason;
    const optional = reason.placeholder;
    const others = form.querySelector("[data-others]");
    const all = others.textContent;
    const key = `returned-${returned.dataset.returned}`;
    const named = () => {
      const rows = new Set();
      for (const [, first, last] of returned.value.matchAll(/(\d+)(?:\s*[-–—]\s*(\d+))?/g)) {
        const end = Math.min(Number(last ?? first), Number(first) + 5000);
        for (let row = Number(first); row <= end; row += 1) rows.add(row);
      }
      return rows;
    };
    const show = () => {
      const rows = named();
      reason.required = rows.size > 0;
      reason.placeholder = rows.size ? reason.dataset.needed : optional;
      others.textContent = rows.size ? others.dataset.others : all;
      sessionStorage.setItem(key, returned.value);
      document.querySelectorAll("[data-row] > th > a").forEach((link) => {
        link.closest("tr").classList.toggle("st-sheet__returned", rows.has(Number(link.textContent)));
      });
      document.querySelectorAll("[data-return-row]").forEach((button) => {
        button.dataset.say ??= button.textContent;
        button.textContent = rows.has(Number(button.dataset.returnRow)) ? button.dataset.undo : button.dataset.say;
        button.hidden = false;
      });
    };
    returned.value = sessionStorage.getItem(key) ?? "";
    returned.addEventListener("input", show);
    document.addEventListener("htmx:afterSwap", show);
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-return-row]");
      if (!button) return;
      const rows = named();
      const row = Number(button.dataset.returnRow);
      if (!rows.delete(row)) rows.add(row);
      returned.value = [...rows].sort((one, other) => one - other).join(", ");
      show();
    });
    show();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-choose]");
    if (!link) return;
    document.querySelectorAll(".st-sheet__chosen").forEach((row) => row.classList.remove("st-sheet__chosen"));
    link.closest("tr").classList.add("st-sheet__chosen");
  });
})();
