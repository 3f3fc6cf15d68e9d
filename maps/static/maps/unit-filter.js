/* A chip in which communes are searched for and ticked. */
(function () {
  "use strict";
  const Sotram = (window.Sotram = window.Sotram || {});
  const { element } = Sotram;
  const PAUSE_MS = 200;
  const LEAST_LETTERS = 2;

  async function find(url, text, list) {
    [...list.children].forEach((row) => { if (!row.querySelector("input").checked) row.remove(); });
    if (text.length < LEAST_LETTERS) return;
    const answer = await fetch(url + "?kind=unit&q=" + encodeURIComponent(text));
    if (!answer.ok) return;
    const have = new Set([...list.querySelectorAll("input")].map((box) => box.value));
    (await answer.json()).results.filter((hit) => !have.has(hit.code)).forEach((hit) => {
      const row = element("li");
      const label = element("label");
      const box = Object.assign(element("input", "", "form-check-input"), { type: "checkbox", name: "unit", value: hit.code });
      label.append(box, element("span", hit.title));
      row.append(label);
      list.append(row);
    });
  }

  /* Let the search box of a chip find communes by the console's search. */
  Sotram.unitSearch = function (box, url) {
    const list = box.parentElement.querySelector("[data-unit-list]");
    let timer = 0;
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => find(url, box.value.trim(), list), PAUSE_MS); });
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  };

  /* Write on a chip what is chosen inside. */
  Sotram.nameChip = function (filter, several) {
    const boxes = [...filter.querySelectorAll("input:checked")].filter((box) => box.value);
    const names = boxes.map((box) => box.parentElement.textContent.trim());
    const label = filter.querySelector("[data-label]");
    label.textContent = filter.dataset.title;
    if (names.length) {
      label.append(": ");
      label.append(element("b", names.length > 2 ? Sotram.fill(several, { n: names.length }) : names.join(", ")));
    }
    filter.querySelector("summary").classList.toggle("st-chip--active", names.length > 0);
  };
})();
