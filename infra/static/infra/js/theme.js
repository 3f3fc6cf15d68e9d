// Runs before the first paint: "auto" follows the system, everything else is already written by the server.
(() => {
  const root = document.documentElement;
  root.classList.add("st-js");
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = root.dataset.theme;
    root.dataset.bsTheme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
  };
  apply();
  system.addEventListener("change", apply);
  window.sotramApplyTheme = apply;
  // Paper is white. Maps draw themselves anew when the theme changes: whoever has a button to print sets it some time before.
  window.sotramPaperTheme = () => {
    const wasDark = root.dataset.bsTheme === "dark";
    root.dataset.bsTheme = "light";
    return wasDark;
  };
  window.addEventListener("beforeprint", window.sotramPaperTheme);
  window.addEventListener("afterprint", apply);
})();
