// The person, the phone, how the app looks; leaving.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { PIN_LEAST, personForgotten, pinRemoved, pinSet, pinUsable, signedOut } from "./account.js";
import { icon } from "./drawings.js";
import { ago, bytes, clock, day } from "./figures.js";
import { head, note, screen } from "./frame.js";
import { look, lookChosen } from "./look.js";
import { LANGUAGES, t } from "./texts.js";
import { WrongSecret } from "./vault.js";

const LOOKS = { theme: ["auto", "light", "dark"], text: ["small", "normal", "large"], contrast: ["normal", "high"] };

function choices(app, name) {
  const now = look()[name];
  return html`<fieldset class="fa-choices"><legend>${t(`look.${name}`)}</legend>${LOOKS[name].map((value) => html`<label>
    <input type="radio" name=${name} .checked=${now === value} @change=${() => { lookChosen({ [name]: value }); app.draw(); }}><span>${t(`look.${name}_${value}`)}</span></label>`)}</fieldset>`;
}

function languages(app) {
  const now = document.documentElement.lang;
  return html`<fieldset class="fa-choices"><legend>${t("look.language")}</legend>${LANGUAGES.map((one) => html`<label>
    <input type="radio" name="language" .checked=${now === one} @change=${() => app.speak(one)}><span lang=${one}>${one === "vi" ? "Tiếng Việt" : "English"}</span></label>`)}</fieldset>`;
}

function pinOpened(app) {
  let problem = "";
  const set = async (event) => {
    event.preventDefault();
    const { password, pin } = Object.fromEntries(new FormData(event.target));
    try {
      await pinSet(app.phone.person, password, pin);
      app.closeSheet();
    } catch (error) {
      if (!(error instanceof WrongSecret)) throw error;
      problem = t("entrance.wrong_password");
      app.draw();
    }
  };
  app.openSheet(t("pin.title"), () => html`<form class="fa-form" @submit=${set}><p>${t("pin.hint")}</p>
    <div class="fa-field"><label for="pin-password">${t("entrance.password")}</label><input class="fa-input" id="pin-password" name="password" type="password" required autocomplete="current-password"></div>
    <div class="fa-field"><label for="pin-pin">${t("pin.new", { n: PIN_LEAST })}</label><input class="fa-input" id="pin-pin" name="pin" type="password" inputmode="numeric" pattern="[0-9]{${PIN_LEAST},12}" required autocomplete="off"></div>
    ${problem ? html`<div role="alert">${note("error", "alert-triangle", problem)}</div>` : nothing}
    <button class="fa-button fa-button--primary">${icon("lock")} ${t("pin.set")}</button></form>`);
}

function pin(app) {
  const { person } = app.phone;
  return pinUsable(person)
    ? html`<button type="button" class="fa-row" @click=${() => pinRemoved(person).then(() => app.draw())}>${icon("lock")} <span><b>${t("pin.remove")}</b><small>${t("pin.until", { time: clock(person.pin.until) })}</small></span></button>`
    : html`<button type="button" class="fa-row" @click=${() => pinOpened(app)}>${icon("lock")} <span><b>${t("pin.title")}</b><small>${t("pin.short")}</small></span>${icon("chevron-right")}</button>`;
}

async function left(app) {
  const { phone } = app;
  const { items } = phone.unsent;
  const drafts = [...phone.visits.values()].filter((visit) => visit.status === "draft").length;
  await signedOut(phone.person, phone.rooms);
  if (!items && !drafts && window.confirm(t("me.forget_confirm"))) await personForgotten(phone.person.username);
  app.locked();
}

function facts(app) {
  const { phone } = app;
  const { usage, persisted } = app.storage;
  return html`<dl class="fa-facts">
    <div><dt>${t("me.account")}</dt><dd>${phone.person.username}</dd></div>
    <div><dt>${t("me.sign_in")}</dt><dd>${phone.signed_out ? t("strip.signed_out") : phone.account.expiry ? t("me.until", { day: day(phone.account.expiry) }) : "–"}</dd></div>
    <div><dt>${t("me.phone")}</dt><dd>${phone.account.phone_name} <small class="fa-code">${phone.account.phone.slice(0, 8)}</small></dd></div>
    <div><dt>${t("me.package")}</dt><dd>${phone.kept ? ago(phone.kept.at) : t("tasks.never_fetched")}</dd></div>
    <div><dt>${t("me.storage")}</dt><dd>${usage ? bytes(usage) : "–"} <small>${persisted ? t("me.persisted") : t("me.not_persisted")}</small></dd></div>
    ${app.fault ? html`<div><dt>${t("me.fault")}</dt><dd class="fa-code">${app.fault}</dd></div>` : nothing}
    <div><dt>${t("me.version")}</dt><dd class="fa-code">${app.version || "–"}</dd></div>
  </dl>`;
}

export function meScreen(app) {
  const { phone } = app;
  const body = html`
    <ul class="fa-rows">
      ${phone.signed_out ? html`<li><button type="button" class="fa-row" @click=${() => app.signInAgain()}>${icon("login")} <span><b>${t("action.sign_in")}</b></span>${icon("chevron-right")}</button></li>` : nothing}
      <li><button type="button" class="fa-row" @click=${() => app.refresh()}>${icon("refresh")} <span><b>${t("me.refresh")}</b><small>${phone.fetching ? t("tasks.fetching") : phone.kept ? t("tasks.fetched", { ago: ago(phone.kept.at) }) : t("tasks.never_fetched")}</small></span></button></li>
      ${app.install ? html`<li><button type="button" class="fa-row" @click=${() => app.installed()}>${icon("device-mobile")} <span><b>${t("me.install")}</b><small>${t("me.install_hint")}</small></span>${icon("chevron-right")}</button></li>` : nothing}
      <li>${pin(app)}</li>
      <li><button type="button" class="fa-row" @click=${() => app.locked()}>${icon("lock")} <span><b>${t("me.lock")}</b><small>${t("me.lock_hint")}</small></span></button></li>
      <li><button type="button" class="fa-row" @click=${() => left(app)}>${icon("logout")} <span><b>${t("me.sign_out")}</b><small>${t("me.sign_out_hint")}</small></span></button></li>
    </ul>
    ${facts(app)}
    <section class="fa-looks" aria-label=${t("look.title")}>${languages(app)}${choices(app, "theme")}${choices(app, "text")}${choices(app, "contrast")}</section>
    <p class="fa-hint">${t("entrance.encrypted")}</p>`;
  return screen({ app, top: head(app, phone.person.name, t("me.title")), body, tab: "me", class: "fa-padded" });
}
