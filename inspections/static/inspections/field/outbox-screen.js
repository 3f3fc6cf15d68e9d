// What is not sent yet, and what became of what was: each form and each photo with its own state.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { progressOf } from "./checklists.js";
import { icon } from "./drawings.js";
import { bytes, clock, moment } from "./figures.js";
import { empty, head, note, screen } from "./frame.js";
import { said, t } from "./texts.js";
import { picturesOf } from "./visits.js";

/** What the server said against a form, in sentences; the place of an answer is named by its question. */
export function problemSentences(problem, checklist) {
  if (!problem) return nothing;
  const errors = problem.errors ?? [];
  if (!errors.length) return html`<p>${problem.detail || t("outbox.no_reason")}</p>`;
  const named = (error) => {
    const item = checklist.items.find((one) => one.code === error.item);
    return item ? said(item, "text") : error.pointer.replace(/^\//, "");
  };
  return html`<ul>${errors.map((error) => html`<li>${named(error) ? `${named(error)}: ` : ""}${error.message}</li>`)}</ul>`;
}

const MARKS = { done: ["check", "ok"], waiting: ["clock", "wait"], refused: ["alert-triangle", "bad"], conflict: ["alert-triangle", "bad"] };

function likeness(app, visit, one, state, place) {
  const now = app.phone.delivery.current;
  const going = now?.id === visit.id && now.sha256 === one.sha256;
  const code = state?.state ?? "waiting";
  const [drawing, tone] = going ? ["cloud-upload", "going"] : MARKS[code];
  const url = one.signature ? null : app.phone.album.likenessUrl(one.sha256);
  const label = t("outbox.picture", { n: place + 1, state: t(going ? "outbox.going" : `outbox.${code}`) });
  return html`<li class="fa-sent fa-sent--${tone}" title=${label}>
    ${url ? html`<img src=${url} alt="" width="50" height="50">` : html`<span>${icon(one.signature ? "signature" : "photo")}</span>`}
    <b>${icon(drawing)}</b><span class="visually-hidden">${label}</span></li>`;
}

/** How often it was tried, and when it is again; no time where nothing is planned (no sign-in, or about to go). */
function triedWords({ failures, next_at: next }) {
  return next > Date.now() ? t("outbox.tried", { n: failures, time: clock(next) }) : t("outbox.tried_only", { n: failures });
}

/** What is waited for: the line, or the server where that answered and cannot take anything now. */
function waitWords(phone) {
  const states = [...phone.sendings.values()].flatMap((sending) => [sending.form, ...Object.values(sending.pictures)]);
  const busy = states.some((state) => state.state === "waiting" && state.problem?.kind === "later");
  return t(busy ? "outbox.waiting_server" : "outbox.waiting_line");
}

function formLine(app, visit, form, checklist) {
  if (visit.status === "draft") return html`<p class="fa-sent-line fa-sent-line--wait">${icon("clock")} ${t("outbox.draft")}</p>`;
  if (form?.state === "done") {
    return html`<p class="fa-sent-line fa-sent-line--ok">${icon("check")} ${t("outbox.received", { time: moment(form.stored.received_at) })}</p>
      ${app.phone.othersOf(visit).length ? html`<p class="fa-sent-line fa-sent-line--wait">${icon("users")} <a href="#/visit/${visit.id}">${t("outbox.twice")}</a></p>` : nothing}`;
  }
  if (form?.state === "refused" || form?.state === "conflict") {
    return html`<p class="fa-sent-line fa-sent-line--bad">${icon("alert-triangle")} <a href="#/visit/${visit.id}">${t(`outbox.form_${form.state}`)}</a></p>`;
  }
  const going = app.phone.delivery.current?.id === visit.id && app.phone.delivery.current.form;
  const again = form?.failures && !going ? ` ${triedWords(form)}` : "";
  return html`<p class="fa-sent-line fa-sent-line--wait">${icon(going ? "cloud-upload" : "clock")} ${t(going ? "outbox.form_going" : "outbox.form_waiting")}${again}</p>`;
}

function troubled(visit, states, pictures) {
  return pictures.map((one, place) => ({ one, place, state: states[one.sha256] }))
    .filter(({ state }) => state && state.state !== "done" && state.failures > 0);
}

function pictureTroubles(app, visit, sending, pictures) {
  const found = troubled(visit, sending?.pictures ?? {}, pictures);
  if (!found.length) return nothing;
  const { one, place, state } = found[0];
  const words = t("outbox.picture_failed", { n: state.failures, place: place + 1, size: bytes(one.size ?? 0) });
  return html`<div class="fa-trouble"><span>${words}${state.state === "refused" ? html` <small>${state.problem?.detail ?? ""}</small>` : nothing}</span>
    <button type="button" class="fa-button fa-button--small" @click=${() => app.phone.sendAgain(visit.id)}>${t("outbox.again")}</button></div>`;
}

function card(app, visit) {
  const { phone } = app;
  const sending = phone.sendings.get(visit.id);
  const checklist = phone.checklists.get(`${visit.checklist}/${visit.version}`);
  const { done, total } = progressOf(checklist, visit);
  const pictures = picturesOf(visit);
  const left = phone.remaining(visit).pictures;
  const size = left.reduce((sum, one) => sum + (one.size ?? 0), 0);
  const name = visit.subject.name || visit.subject.ref || t("subject.unnamed");
  return html`<li class="fa-card fa-outgoing">
    <h2><a href="#/visit/${visit.id}">${visit.status === "draft" ? t("outbox.name_draft", { name }) : name}</a></h2>
    <p class="fa-task__below">${[visit.subject.ref, t("outbox.items", { done, total }), visit.signatures.length ? t("outbox.signatures", { n: visit.signatures.length }) : ""].filter(Boolean).join(" · ")}</p>
    ${formLine(app, visit, sending?.form, checklist)}
    ${pictures.length ? html`<ul class="fa-pictures">${repeat(pictures, (one) => one.sha256, (one, place) => likeness(app, visit, one, sending?.pictures[one.sha256], place))}</ul>` : nothing}
    ${left.length ? html`<p class="fa-task__below">${t("outbox.pictures_left", { n: left.length })}, ${bytes(size)}</p>` : nothing}
    ${pictureTroubles(app, visit, sending, pictures)}
  </li>`;
}

async function exported(app) {
  const file = await app.phone.exported();
  if (!file) {
    app.say(t("outbox.no_key"));
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `so-tram-${app.phone.person.username}-${new Date().toISOString().slice(0, 16).replace(/[-:T]/g, "")}.sotram`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function outboxScreen(app) {
  const { phone } = app;
  const { items, bytes: size } = phone.unsent;
  const order = (visit) => (phone.sendings.get(visit.id)?.done_at ? 1 : 0);
  const visits = [...phone.visits.values()].sort((a, b) => order(a) - order(b) || (b.finished_at ?? b.started_at).localeCompare(a.finished_at ?? a.started_at));
  const below = !items ? t("outbox.all_sent") : size ? t("outbox.sum", { n: items, size: bytes(size) }) : t("outbox.sum_forms", { n: items });
  const body = html`
    ${items && !phone.offline_since && !phone.signed_out ? html`<div class="fa-bar"><span role="status">${phone.delivery.busy ? t("outbox.sending") : waitWords(phone)}</span>
      <button type="button" class="fa-quiet" @click=${() => phone.delivery.kick({ fresh: true, anyway: true })}>${icon("refresh")} ${t("outbox.send_now")}</button></div>` : nothing}
    ${items || !visits.length ? nothing : note("ok", "circle-check", t("outbox.all_sent_note"))}
    ${visits.length ? html`<ul class="fa-list">${repeat(visits, (visit) => visit.id, (visit) => card(app, visit))}</ul>` : empty(t("outbox.none"))}`;
  const actions = visits.some((visit) => !phone.sendings.get(visit.id)?.done_at)
    ? html`<button type="button" class="fa-button" @click=${() => app.only(() => exported(app))}>${icon("file-zip")} ${t("outbox.export")}</button>` : nothing;
  return screen({ app, top: head(app, t("outbox.title"), below), body, actions, tab: "outbox" });
}
