// What the app says. Both languages lie on the phone; plurals come as [one, many].

export const LANGUAGES = ["vi", "en"];
const KEPT = "sotram.field.language";
let words = {};
let rules = new Intl.PluralRules("vi");

/** The language chosen on this phone, else the page's. */
export function languageChosen() {
  const kept = localStorage.getItem(KEPT);
  return LANGUAGES.includes(kept) ? kept : LANGUAGES.find((one) => document.documentElement.lang.startsWith(one)) ?? "vi";
}

export async function textsLoaded(language, address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  words = await answer.json();
  rules = new Intl.PluralRules(language);
  document.documentElement.lang = language;
}

export function languageKept(language) {
  localStorage.setItem(KEPT, language);
}

export function isVietnamese() {
  return document.documentElement.lang === "vi";
}

/** Return the text *key* with its {places} filled; a count `n` picks singular or plural. */
export function t(key, values = {}) {
  const found = words[key];
  if (found === undefined) throw new Error(`no text: ${key}`);
  const text = Array.isArray(found) ? found[rules.select(Number(values.n)) === "one" ? 0 : 1] : found;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Return *row*'s member in the language of the app: `text_vi` or `text_en`. */
export function said(row, name) {
  const vietnamese = row?.[`${name}_vi`] ?? "";
  return isVietnamese() ? vietnamese : (row?.[`${name}_en`] || vietnamese);
}
