// A mast found on the way that the register does not know: what can be said of it, then a visit of it.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { checklistsFor } from "./checklists.js";
import { icon } from "./drawings.js";
import { accuracy, distance } from "./figures.js";
import { backHead, note, screen } from "./frame.js";
import { metresBetween } from "./places.js";
import { said, t } from "./texts.js";
import { parseNumber } from "./measures.js";

const NEAR_M = 150;
// No mast of the world is higher; the server takes none either.
const HIGHEST_M = 500;
let problem = "";

function nearest(phone, fix) {
  return phone.sites.map((site) => ({ ...site, metres: metresBetween(fix, site) }))
    .filter((site) => site.metres !== null && site.metres <= NEAR_M).sort((a, b) => a.metres - b.metres).slice(0, 3);
}

function text(name, options = {}) {
  return html`<div class="fa-field"><label for="new-${name}">${t(`newcomer.${name}`)}</label>
    <input class="fa-input" id="new-${name}" name=${name} autocomplete="off" maxlength="160" inputmode=${options.inputmode ?? nothing} ?required=${options.required}></div>`;
}

function choice(name, options) {
  return html`<div class="fa-field"><label for="new-${name}">${t(`newcomer.${name}`)}</label>
    <select class="fa-input" id="new-${name}" name=${name}><option value="">${t("newcomer.not_known")}</option>
    ${options.map(([value, label]) => html`<option value=${value}>${label}</option>`)}</select></div>`;
}

const STRUCTURES = ["self_supporting", "guyed", "monopole", "rooftop_pole", "camouflaged", "wall"];

async function submitted(event, app) {
  const { phone } = app;
  const fix = phone.receiver.now;
  const given = Object.fromEntries(new FormData(event.target));
  const height = given.height_m.trim() ? parseNumber(given.height_m) : null;
  problem = !fix ? t("newcomer.no_position") : height !== null && !(height > 0 && height <= HIGHEST_M) ? t("newcomer.bad_height", { text: given.height_m }) : "";
  if (problem) {
    app.draw();
    return;
  }
  const checklist = phone.package.checklists.find((list) => list.code === given.checklist);
  const place = { lon: fix.lon, lat: fix.lat };
  const proposal = {
    kind: "new_mast", ...place, accuracy_m: fix.accuracy_m, name: given.name.trim(), owner: given.owner.trim(),
    height_m: height, structure: given.structure, address: given.address.trim(),
    operators: given.operators.split(/[,;]/).map((one) => one.trim()).filter(Boolean), note: given.note.trim(),
  };
  const subject = { type: "mast", ref: null, name: proposal.name, ...place };
  const visit = await phone.start({ subject, checklist, corrections: [proposal] });
  app.go(`#/visit/${visit.id}/q/${checklist.items[0].code}`);
}

function whereabouts(phone, fix) {
  if (!fix) return note("warning", "current-location", t(`gps.${phone.receiver.error ?? "waiting"}`));
  const near = nearest(phone, fix);
  const here = t("newcomer.here", { accuracy: accuracy(fix.accuracy_m) });
  return html`
    ${fix.accuracy_m > phone.settings.accuracy_warn_m ? note("warning", "current-location", html`${here} <b>${t("newcomer.vague")}</b>`)
      : html`<p class="fa-where">${icon("current-location")} <span>${here}</span></p>`}
    ${near.length ? note("warning", "info-circle", html`<p>${t("newcomer.near")}</p><ul>${near.map((site) => html`<li>
      <a href="#/place/site/${encodeURIComponent(site.code)}">${site.name || site.code}</a> · ${distance(site.metres)}</li>`)}</ul>`) : nothing}`;
}

export function newcomerScreen(app) {
  const { phone } = app;
  // Opened anew: what was said of the form before is past.
  if (app.path !== location.hash) problem = "";
  const fix = phone.receiver.now;
  const lists = checklistsFor(phone.package?.checklists ?? [], { type: "mast" });
  const body = lists.length ? html`
    <p>${t("newcomer.hint")}</p>
    ${whereabouts(phone, fix)}
    <form id="newcomer" class="fa-form" @submit=${(event) => { event.preventDefault(); app.only(() => submitted(event, app)); }}>
      ${text("name", { required: true })}
      ${text("owner")}
      ${text("operators")}
      ${text("address")}
      ${text("height_m", { inputmode: "decimal" })}
      ${choice("structure", STRUCTURES.map((one) => [one, t(`structure.${one}`)]))}
      <div class="fa-field"><label for="new-note">${t("newcomer.note")}</label><textarea class="fa-input" id="new-note" name="note" rows="2"></textarea></div>
      <div class="fa-field"><label for="new-checklist">${t("newcomer.checklist")}</label><select class="fa-input" id="new-checklist" name="checklist">
        ${lists.map((list) => html`<option value=${list.code}>${said(list, "name")}</option>`)}</select></div>
    </form>` : html`<p>${t("tasks.none_yet")}</p>`;
  const actions = lists.length ? html`${problem ? html`<div role="alert" class="fa-actions__note">${note("error", "alert-triangle", problem)}</div>` : nothing}<button class="fa-button fa-button--primary" form="newcomer">${icon("player-play")} ${t("newcomer.begin")}</button>` : nothing;
  return screen({ app, top: backHead("#/tasks", t("tasks.newcomer")), body, actions, class: "fa-padded" });
}
