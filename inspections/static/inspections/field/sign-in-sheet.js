// The sign-in has expired while the app is open: sign in again, nothing is lost in between.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "./drawings.js";
import { asksForCode, signInProblem } from "./entrance-screen.js";
import { note } from "./frame.js";
import { Failure, Server } from "./server.js";
import { t } from "./texts.js";

async function submitted(event, app, state) {
  event.preventDefault();
  if (state.busy) return;
  const { phone } = app;
  const given = Object.fromEntries(new FormData(event.target));
  Object.assign(state, { busy: true, problem: "" });
  app.draw();
  try {
    const asked = { username: phone.person.username, password: given.password, otp: given.otp, name: phone.account.phone_name };
    await phone.signedInAgain(await new Server().signIn(asked));
    app.closeSheet();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    state.otp ||= asksForCode(error);
    state.problem = signInProblem(error);
  } finally {
    state.busy = false;
    app.draw();
  }
}

export function signInOpened(app) {
  const state = { busy: false, problem: "", otp: false };
  app.openSheet(t("action.sign_in"), () => html`<form class="fa-form" @submit=${(event) => submitted(event, app, state)}>
    <p>${t("entrance.again", { name: app.phone.person.name })}</p>
    <input type="text" class="visually-hidden" autocomplete="username" aria-hidden="true" tabindex="-1" readonly value=${app.phone.person.username}>
    <div class="fa-field"><label for="again-password">${t("entrance.password")}</label><input class="fa-input" id="again-password" name="password" type="password" required autocomplete="current-password"></div>
    ${state.otp ? html`<div class="fa-field"><label for="again-otp">${t("entrance.otp")}</label><input class="fa-input" id="again-otp" name="otp" inputmode="numeric" autocomplete="one-time-code"></div>`
      : html`<button type="button" class="fa-link" @click=${() => { state.otp = true; app.draw(); }}>${t("entrance.with_code")}</button>`}
    ${state.problem ? html`<div role="alert">${note("error", "alert-triangle", state.problem)}</div>` : nothing}
    <button class="fa-button fa-button--primary" ?disabled=${state.busy}>${icon("login")} ${state.busy ? t("entrance.opening") : t("action.sign_in")}</button></form>`);
}
