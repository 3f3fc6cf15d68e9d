// Something else than the day's tasks: any site around them, found by name, code or nearness.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { icon } from "./drawings.js";
import { distance } from "./figures.js";
import { backHead, empty, screen } from "./frame.js";
import { metresBetween } from "./places.js";
import { t } from "./texts.js";

const MOST = 40;
let wanted = "";

/** Fold a text for searching: no accents, no capitals, đ as d. */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

function everything(phone) {
  const register = phone.package?.register ?? { installations: [], sites: [] };
  const installations = register.installations.map((row) => ({
    type: "installation", ref: row.registry_number, name: row.name || row.code, below: row.organization, lon: row.lon, lat: row.lat,
  }));
  const sites = phone.sites.map((row) => ({
    type: "site", ref: row.code, name: row.name, below: (row.operators ?? []).join(", "), lon: row.lon, lat: row.lat,
  }));
  return [...installations, ...sites];
}

function found(phone) {
  const words = folded(wanted).split(/\s+/).filter(Boolean);
  const here = phone.receiver.fix;
  return everything(phone)
    .filter((row) => words.every((word) => folded(`${row.ref} ${row.name} ${row.below}`).includes(word)))
    .map((row) => ({ ...row, metres: metresBetween(here, row) }))
    .sort((a, b) => (a.metres ?? Infinity) - (b.metres ?? Infinity))
    .slice(0, MOST);
}

export function findScreen(app) {
  const rows = found(app.phone);
  const body = html`
    <div class="fa-field"><label for="find">${t("find.label")}</label>
      <input class="fa-input" id="find" type="search" autocomplete="off" .value=${wanted} @input=${(event) => { wanted = event.target.value; app.draw(); }}></div>
    <p class="visually-hidden" role="status">${t("find.count", { n: rows.length })}</p>
    ${rows.length ? html`<ul class="fa-list">${repeat(rows, (row) => row.type + row.ref, (row) => html`<li>
      <a class="fa-card fa-task" href="#/place/${row.type}/${encodeURIComponent(row.ref)}">${icon("building-broadcast-tower")}
        <span class="fa-task__text"><span class="fa-task__line"><b>${row.name || row.ref}</b><span class="fa-task__far">${distance(row.metres)}</span></span>
        <span class="fa-task__below">${[row.ref, row.below].filter(Boolean).join(" · ")}</span></span></a></li>`)}</ul>`
      : empty(wanted ? t("find.none", { text: wanted }) : t("find.nothing_here"))}
    ${app.phone.surroundings?.truncated ? html`<p class="fa-hint">${t("find.truncated")}</p>` : nothing}`;
  return screen({ app, top: backHead("#/tasks", t("tasks.another")), body, class: "fa-padded" });
}
