// The frame's small helpers. Every one of them works without this file too, by an ordinary form or link.
(() => {
  const root = document.documentElement;
  const YEAR_S = 31536000;
  /* maps that were drawn for a dark screen are drawn anew within this time */
  const REDRAWN_WITHIN_MS = 600;

  // A− A A+, contrast, theme: shown at once; the cookie makes the next page come that way from the server.
  const attributes = { text: "textSize", contrast: "contrast", theme: "theme" };

  function remember(name, value) {
    const secure = window.location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `st_${name}=${value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
  }

  function mark(name, value) {
    document.querySelectorAll(`button[name="${name}"]`).forEach((button) => {
      if (button.dataset.toggle !== undefined) {
        const on = value === button.dataset.toggle;
        button.setAttribute("aria-pressed", String(on));
        button.value = on ? "normal" : button.dataset.toggle;
      } else {
        button.setAttribute("aria-pressed", String(button.value === value));
      }
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-preferences]") || !event.submitter) return;
    const { name, value } = event.submitter;
    const attribute = attributes[name];
    if (!attribute) return;
    event.preventDefault();
    root.dataset[attribute] = value;
    remember(name, value);
    mark(name, value);
    if (name === "theme") window.sotramApplyTheme();
    const said = document.getElementById("st-said");
    if (said) said.textContent = event.submitter.dataset.said || event.submitter.getAttribute("aria-label") || "";
  });

  // A filter form sends itself when a choice changes; empty fields stay out of the address.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form && event.target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form[method=get], form[data-submit-on-change]")) return;
    for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
  });

  // "/" goes to the page's search field.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = document.querySelector("[data-search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // Where chips or parts of a place run off a narrow screen, the chosen one is in view.
  document.querySelectorAll(".st-chip--active, .st-place[aria-current]").forEach((chosen) => {
    const row = chosen.closest("ul");
    if (row && row.scrollWidth > row.clientWidth) {
      row.scrollLeft = chosen.offsetLeft - row.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
    }
  });

  // Cards of a phone show the rest of a row behind "Details".
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-open-row]");
    if (!button) return;
    const open = button.closest("tr").classList.toggle("st-open");
    button.setAttribute("aria-expanded", String(open));
  });

  // What was copied is said in words.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    button.textContent = button.dataset.copied;
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) setTimeout(() => window.print(), window.sotramPaperTheme() ? REDRAWN_WITHIN_MS : 0);
  });
})();
