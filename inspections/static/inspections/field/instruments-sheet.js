// Which instrument a value was measured with: the office's, those used before on this phone, or a new one.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { calibrationExpired } from "./checklists.js";
import { icon } from "./drawings.js";
import { day, today } from "./figures.js";
import { t } from "./texts.js";

/** All instruments that the phone knows: those used here first, and before all others those that measure *unit*. */
function known(phone, unit) {
  const office = phone.package?.instruments ?? [];
  const all = [...phone.instruments, ...office];
  const measures = (one) => (office.find((other) => other.serial === one.serial)?.units ?? one.units ?? []).includes(unit);
  return all.filter((one, place) => all.findIndex((other) => other.serial === one.serial) === place)
    .sort((a, b) => measures(b) - measures(a));
}

async function chosen(app, instrument, then) {
  await app.phone.keepInstrument(instrument);
  await then(instrument);
  app.closeSheet();
}

function added(event, app, then) {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(event.target));
  chosen(app, { name: given.name.trim(), serial: given.serial.trim(), calibrated_on: given.calibrated_on || null }, then);
}

function row(app, one, then) {
  const expired = calibrationExpired(one, today(), app.phone.settings.calibration_months);
  return html`<li><button type="button" class="fa-row" @click=${() => chosen(app, one, then)}>${icon("ruler-measure")}
    <span><b>${[one.name, one.serial].filter(Boolean).join(" · ")}</b>
    <small class=${expired ? "fa-reason--overdue" : ""}>${expired ? t("question.calibration_expired") : one.calibrated_on ? t("question.calibrated", { day: day(one.calibrated_on) }) : t("instrument.no_date")}</small></span></button></li>`;
}

export function instrumentsOpened(app, unit, then) {
  const all = known(app.phone, unit);
  app.openSheet(t("instrument.title"), () => html`
    ${all.length ? html`<ul class="fa-rows">${all.map((one) => row(app, one, then))}</ul>` : nothing}
    <form class="fa-form" @submit=${(event) => added(event, app, then)}>
      <h3>${t("instrument.new")}</h3>
      <div class="fa-field"><label for="instrument-name">${t("instrument.name")}</label><input class="fa-input" id="instrument-name" name="name" maxlength="100" autocomplete="off"></div>
      <div class="fa-field"><label for="instrument-serial">${t("instrument.serial")}</label><input class="fa-input" id="instrument-serial" name="serial" maxlength="64" required autocomplete="off"></div>
      <div class="fa-field"><label for="instrument-date">${t("instrument.calibrated_on")}</label><input class="fa-input" id="instrument-date" name="calibrated_on" type="date" max=${today()} min="1990-01-01"></div>
      <button class="fa-button fa-button--primary">${icon("check")} ${t("instrument.use")}</button>
    </form>`);
}
