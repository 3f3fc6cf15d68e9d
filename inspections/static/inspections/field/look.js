// How the app looks on this phone: light or dark, size of letters, contrast. Chosen here, kept here, no secret.

const KEPT = "sotram.field.look";
const FIRST = { theme: "auto", text: "normal", contrast: "normal" };
const dark = window.matchMedia("(prefers-color-scheme: dark)");

export function look() {
  try {
    return { ...FIRST, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return FIRST;
  }
}

export function lookApplied() {
  const { theme, text, contrast } = look();
  const root = document.documentElement;
  root.dataset.bsTheme = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
  root.dataset.textSize = text;
  root.dataset.contrast = contrast;
}

export function lookChosen(change) {
  localStorage.setItem(KEPT, JSON.stringify({ ...look(), ...change }));
  lookApplied();
}

dark.addEventListener("change", lookApplied);
