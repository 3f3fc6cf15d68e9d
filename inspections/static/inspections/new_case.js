// Forms about cases: only the fields of the chosen kind of party, rules taken from the catalogue.
(() => {
  const form = document.querySelector("[data-party-form]");
  const choice = form?.querySelector("#id_party");

  function show() {
    for (const part of form.querySelectorAll("[data-party]")) part.hidden = part.dataset.party !== choice.value;
  }

  if (choice) {
    choice.addEventListener("change", show);
    show();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-line]");
    if (!button) return;
    const field = document.getElementById(button.dataset.addLine);
    const lines = field.value.split("\n").filter((line) => line.trim());
    if (!lines.includes(button.value)) lines.push(button.value);
    field.value = lines.join("\n");
    field.focus();
  });
})();
