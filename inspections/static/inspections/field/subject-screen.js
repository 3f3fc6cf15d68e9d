// The register sheet of what is to be visited, and the start of a visit.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { checklistsFor } from "./checklists.js";
import { icon, stateOf, stateSymbol } from "./drawings.js";
import { day, distance, number, position, quantity } from "./figures.js";
import { backHead, empty, screen } from "./frame.js";
import { wayTo } from "./phones.js";
import { metresBetween, octant } from "./places.js";
import { reasonOf } from "./tasks-screen.js";
import { said, t } from "./texts.js";

const OCTANTS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];

/** Return {task, subject} of an address: /task/<id> or /place/<type>/<ref>. */
export function subjectAt(phone, [kind, first, second]) {
  if (kind === "task") {
    const task = (phone.package?.tasks ?? []).find((one) => String(one.id) === first) ?? null;
    return { task, subject: task && phone.subjectOf(task.subject) };
  }
  return { task: null, subject: phone.subjectOf({ type: first, ref: second }) };
}

/** Where something is from here, in words. */
export function bearing(phone, subject) {
  const here = phone.receiver.fix;
  const metres = metresBetween(here, subject);
  if (metres === null) return "";
  return metres < 20 ? distance(metres) : t("subject.bearing", { distance: distance(metres), way: t(`way.${OCTANTS[octant(here, subject)]}`) });
}

/** The address with its unit, which it may name already. */
function whole({ address, unit }) {
  return address?.includes(unit) ? address : [address, unit].filter(Boolean).join(", ");
}

function fact(term, value) {
  return value === "" || value === null || value === undefined ? nothing : html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
}

function permits(subject) {
  return (subject.permits ?? []).map((permit) => fact(
    said(permit, "kind") || permit.kind,
    html`${permit.number}${permit.expires_on ? html`<small>${t("subject.until", { day: day(permit.expires_on) })}</small>` : nothing}`,
  ));
}

// Reasons of the priority that say the same as one of the state.
const SAME = { danger_stands: "finding.unsafe", remedy_late: "remedy.overdue", certificate_missing: "certificate.missing" };

/** Why the state is what it is, then why the visit was chosen beside that; nothing twice. */
function reasons(subject, task) {
  const words = (reason) => (typeof reason === "string" ? reason : said(reason, "text") || reason.text || "");
  const of_state = subject.safety?.reasons ?? [];
  const told = new Set(of_state.map((reason) => reason.code));
  const of_task = (task?.reasons ?? []).filter((reason) => !told.has(SAME[reason.code]));
  const texts = [...of_state, ...of_task].map(words).filter(Boolean);
  return [...new Set(texts.length ? texts : [reasonOf({ task, subject })].filter(Boolean))];
}

function facts(app, subject) {
  const last = subject.last_inspection;
  return html`<dl class="fa-facts">
    ${fact(t("subject.number"), subject.ref)}
    ${fact(t("subject.operator"), subject.organization_name || subject.organization || (subject.operators ?? []).join(", "))}
    ${fact(t("subject.owner"), subject.owner)}
    ${fact(t("subject.code"), subject.code !== subject.ref ? subject.code : "")}
    ${fact(t("subject.address"), whole(subject))}
    ${fact(t("subject.position"), Number.isFinite(subject.lon) ? position(subject) : "")}
    ${fact(t("subject.height"), Number.isFinite(subject.height_m) ? quantity(subject.height_m, "m") : "")}
    ${fact(t("subject.structure"), said(subject, "structure") || subject.structure)}
    ${fact(t("subject.cells"), Array.isArray(subject.cells) ? (subject.cells.length ? number(subject.cells.length) : "") : subject.cells)}
    ${permits(subject)}
    ${fact(t("subject.last"), last ? `${day(last.date)}${last.result ? ` · ${t(`result.${last.result}`)}` : ""}` : "")}
  </dl>`;
}

function way(subject) {
  if (!Number.isFinite(subject.lon)) return nothing;
  return html`<a class="fa-button" href=${wayTo(subject, subject.name || subject.ref)}>
    ${icon("navigation")} ${t("subject.navigate")}</a>`;
}

function begun(app, subject, task, checklist) {
  return app.only(async () => {
    const visit = await app.phone.start({ subject, checklist, task });
    app.go(`#/visit/${visit.id}/q/${checklist.items[0].code}`);
  });
}

/** Buttons to begin: the task's own checklist, or the choice of those that fit. */
function beginnings(app, subject, task) {
  const lists = app.phone.package?.checklists ?? [];
  const own = lists.find((list) => list.code === task?.checklist);
  const fitting = own ? [own] : checklistsFor(lists, subject);
  if (!fitting.length) return html`<p>${t("subject.no_checklist")}</p>`;
  return fitting.map((list, place) => html`<button type="button" class="fa-button ${place ? "" : "fa-button--primary"}" @click=${() => begun(app, subject, task, list)}>
    ${icon("player-play")} ${fitting.length === 1 ? t("subject.begin") : said(list, "name")}</button>`);
}

function visited(app, visit) {
  if (!visit) return nothing;
  if (visit.status === "draft") {
    return html`<a class="fa-button fa-button--primary" href="#/visit/${visit.id}">${icon("player-play")} ${t("subject.go_on")}</a>`;
  }
  return html`<a class="fa-button" href="#/visit/${visit.id}">${icon("check")} ${t("subject.see")}</a>`;
}

/** What earlier visits found and nobody has put right yet. */
function standing(subject) {
  const found = subject.standing ?? [];
  if (!found.length && !subject.findings) return nothing;
  if (!found.length) return html`<dl class="fa-facts">${fact(t("subject.findings"), t("subject.findings_open", { n: subject.findings }))}</dl>`;
  return html`<section aria-labelledby="standing"><h2 class="fa-group" id="standing">${t("subject.findings")}</h2>
    <ul class="fa-rows">${found.map((one) => html`<li><div class="fa-row">${icon("alert-triangle")}<span><b>${one.text}</b>
    ${one.due_on ? html`<small>${t("tasks.due", { day: day(one.due_on) })}</small>` : nothing}</span></div></li>`)}</ul></section>`;
}

export function subjectScreen(app, parts) {
  const { task, subject } = subjectAt(app.phone, parts);
  if (!subject) return screen({ app, top: backHead("#/tasks", t("tasks.title")), body: empty(t("subject.gone")) });
  const visit = app.phone.visitOf(task, subject);
  const state = stateOf(subject.safety);
  const body = html`
    ${subject.safety ? html`<section class="fa-card fa-card--plain fa-state">${stateSymbol(subject.safety)}
      <div><b class="fa-reason--${state}">${t(`state.${state}`)}</b>
      <ul>${reasons(subject, task).map((text) => html`<li>${text}</li>`)}</ul></div></section>` : nothing}
    <p class="fa-where">${icon("map-pin")} <span>${bearing(app.phone, subject) || t("gps.none")}</span></p>
    ${facts(app, subject)}
    ${standing(subject)}
    <div class="fa-buttons">${way(subject)}${Number.isFinite(subject.lon) ? html`<a class="fa-button" href="#/map/${subject.lon},${subject.lat}">${icon("map-2")} ${t("subject.on_map")}</a>` : nothing}</div>`;
  const actions = visit?.status === "draft" ? visited(app, visit) : html`${visited(app, visit)}${beginnings(app, subject, task)}`;
  return screen({ app, top: backHead("#/tasks", subject.name || subject.ref, [subject.ref, subject.unit].filter(Boolean).join(" · ")), body, actions, class: "fa-padded" });
}
