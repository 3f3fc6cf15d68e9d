// The inspection form: judges measured values against their limits while they are typed, counts what is answered, asks
// for the position. The server judges again; without this file the form works all the same.
(() => {
  const form = document.querySelector("form[data-check]");
  if (!form) return;

  const GROUPED = {
    ".": /^[+-]?\d{1,3}((\.\d{3}){2,}(,\d+)?|\.\d{3},\d+)$/,
    ",": /^[+-]?\d{1,3}((,\d{3}){2,}(\.\d+)?|,\d{3}\.\d+)$/,
  };
  const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;

  // The same reading as on the server: "8,4", "8.4", "1.234,5".
  function parse(text) {
    let bare = text.replace(/\s/g, "").replace("−", "-");
    for (const [group, decimal] of [[".", ","], [",", "."]]) {
      if (GROUPED[group].test(bare)) {
        bare = bare.split(group).join("").replace(decimal, ".");
        break;
      }
    }
    return NUMBER.test(bare) ? Number(bare.replace(",", ".")) : NaN;
  }

  function holds(value, comparison, limit) {
    const slack = 1e-9 * Math.max(1, Math.abs(limit));
    const difference = value - limit;
    return {
      "<=": difference <= slack,
      "<": difference < -slack,
      ">=": difference >= -slack,
      ">": difference > slack,
      "=": Math.abs(difference) <= slack,
    }[comparison];
  }

  function judge(field) {
    const place = document.getElementById(`${field.name}`.replace(/-value$/, "-verdict"));
    if (!place) return;
    const text = field.value.trim();
    if (!text) {
      place.textContent = "";
      delete place.dataset.verdict;
      return;
    }
    const value = parse(text);
    const negative = value < 0 && field.dataset.size !== undefined;
    if (Number.isNaN(value) || negative) {
      place.textContent = negative ? form.dataset.wordNegative : form.dataset.wordUnreadable;
      place.dataset.verdict = "unreadable";
      return;
    }
    const passed = holds(value, field.dataset.comparison, Number(field.dataset.limit));
    const beyond = form.dataset.wordBeyond
      .replace("{value}", text)
      .replace("{unit}", field.dataset.unit)
      .replace("{limit}", field.dataset.limitWords);
    place.textContent = passed ? form.dataset.wordPass : `${form.dataset.wordFail}: ${beyond}`;
    place.dataset.verdict = passed ? "pass" : "fail";
  }

  const progress = form.querySelector("[data-progress]");

  function count() {
    const answered = new Set();
    form.querySelectorAll("[data-answer]").forEach((field) => {
      const given = field.type === "radio" || field.type === "checkbox" ? field.checked : field.value.trim() !== "";
      if (given) answered.add(field.name.replace(/-(value|outcome)$/, ""));
    });
    progress.textContent = progress.dataset.words
      .replace("{done}", answered.size)
      .replace("{total}", progress.dataset.total);
  }

  form.addEventListener("input", (event) => {
    if (event.target.dataset.limit !== undefined) judge(event.target);
    count();
  });
  form.querySelectorAll("[data-limit]").forEach(judge);
  count();

  const button = form.querySelector("[data-locate]");
  const said = form.querySelector("[data-located]");
  if (button && navigator.geolocation && window.isSecureContext) {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.querySelector("[data-lon]").value = coords.longitude;
          form.querySelector("[data-lat]").value = coords.latitude;
          form.querySelector("[data-accuracy]").value = coords.accuracy;
          said.textContent = said.dataset.wordFound.replace("{accuracy}", Math.round(coords.accuracy));
        },
        () => { said.textContent = said.dataset.wordFailed; },
        { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
      );
    });
  }
})();
