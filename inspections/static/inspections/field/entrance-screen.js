// The way in: sign in where there is a line, unlock what lies on the phone where there is none.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { OlderPassword, PinGone, personForgotten, pinUsable, signedIn, tokenKept, unlocked, unlockedByPin } from "./account.js";
import { icon } from "./drawings.js";
import { bytes, day } from "./figures.js";
import { note } from "./frame.js";
import { Failure } from "./server.js";
import { parcelsOf } from "./store.js";
import { LANGUAGES, languageChosen, t } from "./texts.js";
import { WrongSecret } from "./vault.js";

/** What the form shows at the moment. mode: unlock, pin, sign_in, older. */
const form = { mode: null, person: null, busy: false, problem: "", otp: false, parcels: [] };

export function entranceOpened(app) {
  const [person] = app.people;
  form.person = person ?? null;
  form.mode = person ? (pinUsable(person) ? "pin" : "unlock") : "sign_in";
  form.problem = "";
  form.otp = false;
  form.parcels = [];
  if (person) parcelsOf(person.username).then((parcels) => { form.parcels = parcels; app.draw(); });
}

/** Return the sentence for a failure to sign in. */
export function signInProblem(error) {
  if (error instanceof WrongSecret) return t("entrance.wrong_password");
  if (error instanceof PinGone) return t("entrance.pin_gone");
  if (!(error instanceof Failure)) throw error;
  if (codeProblem(error)?.code === "required") return t("entrance.otp_wanted");
  if (error.kind === "line") return navigator.onLine ? t("entrance.no_server") : t("entrance.no_line");
  if (error.kind === "later") return error.problem?.detail || t("entrance.later");
  return error.problem?.detail || t("entrance.refused");
}

/** What the server says about the one-time code, if anything. */
function codeProblem(error) {
  return (error.problem?.errors ?? []).find((one) => one.pointer === "/otp");
}

/** Tell whether the server asks for a one-time code. */
export function asksForCode(error) {
  return error instanceof Failure && Boolean(codeProblem(error));
}

async function submitted(event, app) {
  event.preventDefault();
  if (form.busy) return;
  const given = Object.fromEntries(new FormData(event.target));
  Object.assign(form, { busy: true, problem: "" });
  app.draw();
  try {
    await entered(app, given);
  } catch (error) {
    if (error instanceof OlderPassword) form.mode = "older";
    else {
      if (asksForCode(error)) form.otp = true;
      if (error instanceof PinGone) form.mode = "unlock";
      form.problem = signInProblem(error);
    }
  } finally {
    form.busy = false;
    app.draw();
  }
}

async function entered(app, given) {
  if (form.mode === "pin") {
    await app.opened(form.person, await unlockedByPin(form.person, given.pin));
  } else if (form.mode === "unlock") {
    await app.opened(form.person, await unlocked(form.person, given.password));
  } else {
    const username = (given.username ?? form.person?.username ?? "").trim();
    const { person, rooms, token } = await signedIn({ ...given, username, older: given.older || undefined });
    await tokenKept(rooms, token);
    await app.opened(person, rooms);
  }
}

function chosen(app, mode, person = form.person) {
  Object.assign(form, { mode, person, problem: "" });
  app.draw();
}

function password(name, label, complete) {
  return html`<div class="fa-field"><label for="in-${name}">${label}</label>
    <input class="fa-input" id="in-${name}" name=${name} type="password" required autocomplete=${complete} autocapitalize="none"></div>`;
}

function fields() {
  if (form.mode === "pin") {
    return html`<div class="fa-field"><label for="in-pin">${t("entrance.pin")}</label>
      <input class="fa-input fa-input--large" id="in-pin" name="pin" type="password" inputmode="numeric" pattern="[0-9]*" required autocomplete="off">
      <p class="fa-hint">${t("entrance.pin_tries", { n: form.person.pin.tries })}</p></div>`;
  }
  if (form.mode === "unlock") {
    return html`<input type="text" class="visually-hidden" autocomplete="username" aria-hidden="true" tabindex="-1" readonly .value=${form.person.username}>
      ${password("password", t("entrance.password"), "current-password")}`;
  }
  return html`
    ${form.mode === "older" ? html`<p>${t("entrance.older_hint")}</p>` : nothing}
    <div class="fa-field"><label for="in-username">${t("entrance.username")}</label>
      <input class="fa-input" id="in-username" name="username" required autocomplete="username" autocapitalize="none" spellcheck="false"
        .value=${form.person?.username ?? ""} ?readonly=${form.mode === "older"}></div>
    ${password("password", t("entrance.password"), "current-password")}
    ${form.mode === "older" ? password("older", t("entrance.older"), "off") : nothing}
    ${form.otp ? html`<div class="fa-field"><label for="in-otp">${t("entrance.otp")}</label>
      <input class="fa-input" id="in-otp" name="otp" inputmode="numeric" autocomplete="one-time-code"></div>` : nothing}`;
}

function others(app) {
  const known = app.people.filter((one) => one.username !== form.person?.username);
  return html`<ul class="fa-ways">
    ${form.mode === "pin" ? html`<li><button type="button" class="fa-link" @click=${() => chosen(app, "unlock")}>${t("entrance.by_password")}</button></li>` : nothing}
    ${form.mode === "unlock" ? html`<li><button type="button" class="fa-link" @click=${() => chosen(app, "sign_in")}>${t("entrance.changed")}</button></li>` : nothing}
    ${form.mode === "sign_in" && !form.otp ? html`<li><button type="button" class="fa-link" @click=${() => { form.otp = true; app.draw(); }}>${t("entrance.with_code")}</button></li>` : nothing}
    ${known.map((one) => html`<li><button type="button" class="fa-link" @click=${() => chosen(app, pinUsable(one) ? "pin" : "unlock", one)}>
      ${t("entrance.as", { name: one.name })}</button></li>`)}
    ${form.person ? html`<li><button type="button" class="fa-link" @click=${() => chosen(app, "sign_in", null)}>${t("entrance.another")}</button></li>` : nothing}
    ${form.mode === "older" ? html`<li><button type="button" class="fa-link fa-link--refuse" @click=${() => anew(app)}>${t("entrance.anew")}</button></li>` : nothing}
  </ul>`;
}

/** Give up what lies on this phone under the old password: drafts cannot be read without it. */
async function anew(app) {
  if (!window.confirm(t("entrance.anew_confirm"))) return;
  await personForgotten(form.person.username);
  app.people = app.people.filter((one) => one !== form.person);
  chosen(app, "sign_in", null);
}

function rescue() {
  const waiting = form.parcels.filter((parcel) => parcel.state !== "taken");
  if (!waiting.length) return nothing;
  const size = waiting.reduce((sum, parcel) => sum + parcel.size, 0);
  return html`<section class="fa-card fa-card--plain">
    <p><b>${t("entrance.parcels", { n: waiting.length })}</b> · ${bytes(size)}</p>
    <p>${t("entrance.parcels_hint")}</p>
    <a class="fa-button" download=${`so-tram-${form.person.username}.sotram`} href=${address(waiting)}>${icon("file-zip")} ${t("outbox.export")}</a>
  </section>`;
}

let exported = { of: null, url: "" };

/** One address for as long as the parcels are the same. */
function address(parcels) {
  if (exported.of !== form.parcels) {
    if (exported.url) URL.revokeObjectURL(exported.url);
    const file = new Blob(parcels.map((parcel) => parcel.file), { type: "application/vnd.sotram.sealed" });
    exported = { of: form.parcels, url: URL.createObjectURL(file) };
  }
  return exported.url;
}

export function entranceScreen(app) {
  const unlocking = form.mode === "unlock" || form.mode === "pin";
  return html`<main id="main" class="fa-entrance">
    <div class="fa-entrance__brand"><img src=${app.root.dataset.icon} alt="" width="48" height="48"><div>
      <h1 tabindex="-1">Sổ Trạm</h1><p>${t("entrance.title")}</p></div></div>
    ${app.notice ? note(app.notice.tone, "info-circle", app.notice.text) : nothing}
    <form class="fa-form" @submit=${(event) => submitted(event, app)}>
      ${unlocking ? html`<p>${t("entrance.locked", { name: form.person.name })}</p>` : nothing}
      ${!unlocking && !app.people.length ? html`<p>${t("entrance.first")}</p>` : nothing}
      ${fields()}
      ${form.problem ? html`<div role="alert">${note("error", "alert-triangle", form.problem)}</div>` : nothing}
      <button class="fa-button fa-button--primary" ?disabled=${form.busy}>${icon(unlocking ? "lock" : "login")}
        ${form.busy ? t("entrance.opening") : unlocking ? t("action.unlock") : t("action.sign_in")}</button>
    </form>
    ${others(app)}
    ${unlocking ? rescue() : nothing}
    <p class="fa-entrance__foot">${unlocking ? t("entrance.kept", { day: day(form.person.used_at) }) : t("entrance.encrypted")}</p>
    <p class="fa-languages">${LANGUAGES.map((one) => html`<button type="button" class="fa-link" lang=${one}
      aria-pressed=${one === languageChosen()} @click=${() => app.speak(one)}>${one === "vi" ? "Tiếng Việt" : "English"}</button>`)}</p>
  </main>`;
}
