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

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-choose]");
    if (!link) return;
    document.querySelectorAll(".st-sheet__chosen").forEach((row) => row.classList.remove("st-sheet__chosen"));
    link.closest("tr").classList.add("st-sheet__chosen");
  });
})();
