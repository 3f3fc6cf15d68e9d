// The day's work: what is to be visited, nearest first, and what is under way.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { progressOf } from "./checklists.js";
import { icon, stateOf, stateSymbol } from "./drawings.js";
import { ago, day, distance, today } from "./figures.js";
import { empty, head, note, screen } from "./frame.js";
import { forgetsByItself } from "./phones.js";
import { metresBetween } from "./places.js";
import { said, t } from "./texts.js";

const SORT = "sotram.field.sort";

/** Return the rows of the list: each task with its subject, distance and visit, and visits begun without a task. */
export function rowsOf(phone) {
  const here = phone.receiver.fix;
  const tasks = phone.package?.tasks ?? [];
  const rows = tasks.map((task) => {
    const subject = phone.subjectOf(task.subject);
    return { key: `task-${task.id}`, task, subject, visit: phone.visitOf(task, subject), metres: metresBetween(here, subject) };
  });
  const listed = new Set(rows.map((row) => row.visit?.id));
  for (const visit of phone.visits.values()) {
    if (listed.has(visit.id) || isPast(phone, visit)) continue;
    const known = phone.subjectOf(visit.subject);
    const subject = Number.isFinite(known.lon) ? known : { ...known, ...visit.subject };
    rows.push({ key: visit.id, task: null, subject, visit, metres: metresBetween(here, subject) });
  }
  return rows;
}

/** Tell whether a visit was delivered on an earlier day; today's stay in the list as done. */
function isPast(phone, visit) {
  const sent = phone.sendings.get(visit.id)?.done_at;
  return Boolean(sent) && new Date(sent).toDateString() !== new Date().toDateString();
}

/** Tell whether a task is planned for another day than today or an earlier one. */
function isLater(row) {
  return Boolean(row.task?.planned_on && row.task.planned_on > today()) && !row.visit;
}

export function isDone(row) {
  return row.visit?.status === "submitted";
}

/** Why a task was chosen, in words; the register's state where nothing is said. */
export function reasonOf(row) {
  if (row.visit?.returned && row.visit.status === "draft") return t("tasks.returned", { reason: row.visit.returned.reason });
  const [reason] = row.task?.reasons ?? [];
  if (typeof reason === "string") return reason;
  if (reason) return said(reason, "text") || reason.text || "";
  if (row.task?.due_on) return t("tasks.due", { day: day(row.task.due_on) });
  return row.subject.safety ? t(`state.${stateOf(row.subject.safety)}`) : "";
}

function sorted(rows, by) {
  const far = (row) => row.metres ?? Infinity;
  const planned = (row) => [row.task?.planned_on ?? "9", row.task?.order ?? 999];
  return [...rows].sort((a, b) => {
    if (isDone(a) !== isDone(b)) return isDone(a) ? 1 : -1;
    if (by === "near") return far(a) - far(b) || a.key.localeCompare(b.key);
    const [dayA, orderA] = planned(a);
    const [dayB, orderB] = planned(b);
    return dayA.localeCompare(dayB) || orderA - orderB;
  });
}

function tag(app, row) {
  if (!row.visit) return nothing;
  if (isDone(row)) {
    const sent = app.phone.sendings.get(row.visit.id)?.done_at;
    return html`<span class="fa-tag fa-tag--${sent ? "ok" : "wait"}">${icon(sent ? "check" : "clock")} ${sent ? t("tasks.sent") : t("tasks.done")}</span>`;
  }
  const checklist = app.phone.checklists.get(`${row.visit.checklist}/${row.visit.version}`);
  const { done, total } = progressOf(checklist, row.visit);
  return html`<span class="fa-tag">${t("tasks.under_way", { done, total })}</span>`;
}

export function addressOf(row) {
  if (row.visit?.status === "draft") return `#/visit/${row.visit.id}`;
  if (row.task) return `#/task/${row.task.id}`;
  return row.visit ? `#/visit/${row.visit.id}` : `#/place/${row.subject.type}/${encodeURIComponent(row.subject.ref)}`;
}

function card(app, row, current) {
  const { subject } = row;
  const state = stateOf(subject.safety);
  return html`<li><a class="fa-card fa-task ${row === current ? "fa-task--current" : ""} ${isDone(row) ? "fa-task--done" : ""}" href=${addressOf(row)}>
    ${isDone(row) && !subject.safety ? icon("circle-check") : stateSymbol(subject.safety)}
    <span class="fa-task__text">
      <span class="fa-task__line"><b>${subject.name || subject.ref || t("subject.unnamed")}</b><span class="fa-task__far">${distance(row.metres)}</span></span>
      <span class="fa-task__below">${[subject.ref, subject.address, isLater(row) ? t("tasks.planned", { day: day(row.task.planned_on) }) : ""].filter(Boolean).join(" · ")}</span>
      <span class="fa-task__line"><span class="fa-reason fa-reason--${state}">${reasonOf(row)}</span>${tag(app, row)}</span>
    </span>
  </a></li>`;
}

function sorting(app, by) {
  const other = by === "near" ? "plan" : "near";
  return html`<button type="button" class="fa-quiet" @click=${() => { localStorage.setItem(SORT, other); app.draw(); }}>
    ${icon("arrows-sort")} ${t(`tasks.sort_${by}`)}</button>`;
}

function fetched(app) {
  const { phone } = app;
  if (phone.fetching) return html`<p class="fa-fetched" role="status">${t("tasks.fetching")}</p>`;
  const failed = app.fetch_problem && !phone.offline_since && !phone.signed_out;
  return html`<p class="fa-fetched">
    ${failed ? html`<span class="fa-fetched__failed">${app.fetch_problem} </span>` : nothing}
    ${phone.kept ? t("tasks.fetched", { ago: ago(phone.kept.at) }) : t("tasks.never_fetched")}
    <button type="button" class="fa-quiet" @click=${() => app.refresh()}>${icon("refresh")} ${t("action.refresh")}</button></p>`;
}

export function tasksScreen(app) {
  const { phone } = app;
  const by = localStorage.getItem(SORT) === "plan" ? "plan" : "near";
  const all = sorted(rowsOf(phone), by);
  const rows = all.filter((row) => !isLater(row));
  const later = all.filter(isLater);
  const done = rows.filter(isDone).length;
  const current = rows.find((row) => row.visit?.status === "draft") ?? null;
  const campaign = (phone.package?.tasks ?? [])[0];
  const body = html`
    <div class="fa-bar"><span>${t("tasks.count_done", { n: done })} · <b>${t("tasks.count_left", { n: rows.length - done })}</b></span>${rows.length > 1 ? sorting(app, by) : nothing}</div>
    ${forgetsByItself() ? note("warning", "device-mobile", t("storage.forgets")) : nothing}
    ${app.storageWarning ? note("warning", "alert-triangle", app.storageWarning) : nothing}
    ${rows.length ? html`<ul class="fa-list">${repeat(rows, (row) => row.key, (row) => card(app, row, current))}</ul>`
      : empty(t(!phone.kept ? "tasks.none_yet" : later.length ? "tasks.none_today" : "tasks.none"))}
    ${later.length ? html`<h2 class="fa-group fa-later">${t("tasks.later")}</h2><ul class="fa-list">${repeat(later, (row) => row.key, (row) => card(app, row, null))}</ul>` : nothing}
    <ul class="fa-more">
      <li><a class="fa-row" href="#/find">${icon("map-pin")} <span>${t("tasks.another")}</span> ${icon("chevron-right")}</a></li>
      <li><a class="fa-row" href="#/newcomer">${icon("map-pin-plus")} <span>${t("tasks.newcomer")}</span> ${icon("chevron-right")}</a></li>
    </ul>
    ${fetched(app)}`;
  const next = current ?? rows.find((row) => !isDone(row));
  const actions = next ? html`<a class="fa-button fa-button--primary" href=${addressOf(next)}>${icon("player-play")}
    ${t(current ? "tasks.go_on" : "tasks.begin", { name: next.subject.name || next.subject.ref })}</a>` : nothing;
  const below = campaign ? t("tasks.campaign", { title: campaign.title }) : phone.person.name;
  return screen({ app, top: head(app, t("tasks.title"), below), body, actions, tab: "tasks" });
}
