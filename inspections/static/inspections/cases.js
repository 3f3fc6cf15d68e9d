// The page of a case: brief dates with their reasoning on demand, links that open the part they lead to.
(() => {
  const timeline = document.querySelector(".st-timeline--case");
  const button = document.querySelector("[data-reasons]");
  if (timeline && button) {
    timeline.dataset.brief = "";
    button.addEventListener("click", () => {
      const brief = timeline.toggleAttribute("data-brief");
      button.setAttribute("aria-pressed", String(!brief));
    });
  }

  function open(id) {
    const part = document.getElementById(id);
    if (!part) return;
    const details = part.matches("details") ? part : part.closest("details");
    if (details) details.open = true;
    part.scrollIntoView({ block: "nearest" });
    (details || part).querySelector("summary, input, select, textarea")?.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open]");
    if (!link) return;
    event.preventDefault();
    open(link.dataset.open);
  });
  if (window.location.hash.startsWith("#step-")) open(window.location.hash.slice(1));
})();
