// What stands around every screen: the head, the strip about line and sign-in, the places of work below.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "./drawings.js";
import { clock, initials } from "./figures.js";
import { t } from "./texts.js";

const TABS = [
  ["tasks", "checklist"],
  ["map", "map-2"],
  ["outbox", "cloud-upload"],
  ["me", "user"],
];

/** The head of a screen of work: title, line below, and who is here. */
export function head(app, title, below = "") {
  return html`<div class="fa-head">
    <div>
      <h1 tabindex="-1">${title}</h1>
      ${below ? html`<p>${below}</p>` : nothing}
    </div>
    <a class="fa-avatar" href="#/me" aria-label=${t("tabs.me")}>${initials(app.phone.person.name)}</a>
  </div>`;
}

/** The head of a screen that is inside something: a way back, title, line below, a tag at the end. */
export function backHead(back, title, below = "", end = nothing) {
  return html`<div class="fa-head fa-head--back">
    <a class="fa-back" href=${back} aria-label=${t("action.back")}>${icon("arrow-left")}</a>
    <div>
      <h1 tabindex="-1">${title}</h1>
      ${below ? html`<p>${below}</p>` : nothing}
    </div>
    ${end}
  </div>`;
}

/** Say calmly what is the matter with line or sign-in; nothing where all is well. */
export function strip(app) {
  const { phone } = app;
  const { items } = phone.unsent;
  if (phone.signed_out) {
    return html`<div class="fa-strip" role="status">${icon("lock")}
      <div><b>${t("strip.signed_out")}</b><span>${items ? t("strip.signed_out_items", { n: items }) : t("strip.signed_out_none")}</span></div>
      <button type="button" class="fa-strip__button" @click=${() => app.signInAgain()}>${t("action.sign_in")}</button></div>`;
  }
  if (phone.offline_since) {
    return html`<div class="fa-strip" role="status">${icon("wifi-off")}
      <div><b>${t("strip.offline", { time: clock(phone.offline_since) })}</b>
      <span>${items ? t("strip.offline_items", { n: items }) : t("strip.offline_none")}</span></div></div>`;
  }
  if (app.update) {
    return html`<div class="fa-strip" role="status">${icon("download")}
      <div><b>${t("strip.update")}</b><span>${t("strip.update_below")}</span></div>
      <button type="button" class="fa-strip__button" @click=${() => app.takeUpdate()}>${t("action.load")}</button></div>`;
  }
  return nothing;
}

/** The places of work, with what is not sent yet as a number. */
export function tabs(app, current) {
  const { items } = app.phone.unsent;
  return html`<nav class="fa-tabs" aria-label=${t("tabs.label")}>
    ${TABS.map(([name, drawing]) => html`<a href="#/${name}" aria-current=${name === current ? "page" : nothing}>
      <span class="fa-tabs__icon">${icon(drawing)}${name === "outbox" && items ? html`<b class="fa-badge">${items}</b>` : nothing}</span>
      <span>${t(`tabs.${name}`)}</span>
    </a>`)}
  </nav>`;
}

/** A screen: head, strip (none where *quiet*: a question needs its place), scrolling middle, what sticks to the lower edge. */
export function screen({ app, top, body, actions = nothing, tab = null, class: name = "", quiet = false }) {
  return html`
    <a class="fa-skip" href="#main" @click=${skipped}>${t("action.skip")}</a>
    <header class="fa-top">${top}${quiet ? nothing : strip(app)}</header>
    <main id="main" class="fa-main ${name}" tabindex="-1">${body}</main>
    ${actions === nothing ? nothing : html`<section class="fa-actions" aria-label=${t("app.actions")}>${actions}</section>`}
    ${tab ? tabs(app, tab) : nothing}`;
}

/** The way of the app is in the address's hash, so that the skip link must not change it. */
function skipped(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** A sentence what is missing, and a button what to do. */
export function empty(text, button = nothing) {
  return html`<div class="fa-empty"><p>${text}</p>${button}</div>`;
}

/** A note in a tone: warning, error, ok or none. */
export function note(tone, drawing, content) {
  return html`<div class="fa-note fa-note--${tone}">${icon(drawing)}<div>${content}</div></div>`;
}
