// A search field above many boxes hides those that do not hold its words; chosen ones stay in sight.
(() => {
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");

  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-find-in]");
    if (!field) return;
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    document.getElementById(field.dataset.findIn).querySelectorAll("label").forEach((label) => {
      const text = fold(label.textContent);
      label.hidden = !label.querySelector("input").checked && !words.every((word) => text.includes(word));
    });
  });

  // A choice among proposals fills the field that is sent.
  document.addEventListener("change", (event) => {
    const choice = event.target.closest("[data-fills]");
    if (choice && choice.checked) document.getElementById(choice.dataset.fills).value = choice.value;
  });
})();
