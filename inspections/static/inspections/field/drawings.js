// Icons and the symbols of the safety states, out of the page's sprite.
import { html } from "../../vendor/lit-html/lit-html.js";
import { t } from "./texts.js";

export function icon(name) {
  return html`<svg class="fa-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="#i-${name}"></use></svg>`;
}

/** The code of a state as the register writes it: a code, or {state, reasons}. */
export function stateOf(safety) {
  return (typeof safety === "string" ? safety : safety?.state) ?? "unknown";
}

/** Draw a state; it names itself, for no word stands beside it. */
export function stateSymbol(safety) {
  const code = stateOf(safety);
  return html`<svg class="st-symbol st-symbol--${code} fa-symbol" viewBox="0 0 16 16" role="img" aria-label=${t(`state.${code}`)}>
    <use href="#s-${code}"></use></svg>`;
}
