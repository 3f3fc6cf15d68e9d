// A visit as a whole: every question with its answer; what was sent of it once it is finished.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { isAnswered, lacksPhoto, outcomeOf, progressOf } from "./checklists.js";
import { icon } from "./drawings.js";
import { moment } from "./figures.js";
import { backHead, note, screen } from "./frame.js";
import { printedUnit } from "./measures.js";
import { problemSentences } from "./outbox-screen.js";
import { said, t } from "./texts.js";

const MARKS = { pass: ["circle-check", "ok"], fail: ["circle-x", "bad"], na: ["minus", "na"] };

function answerWords(item, answer) {
  if (!answer || answer.outcome === "na") return answer?.outcome === "na" ? t("outcome.na") : "";
  if (item.kind === "number") return answer.value ? `${answer.value} ${printedUnit(item.unit)}` : "";
  if (item.kind === "choice") return said(item.choices.find((one) => one.code === answer.value), "text");
  if (answer.value) return answer.value;
  return answer.outcome ? t(`outcome.${answer.outcome}`) : "";
}

function row(app, visit, item) {
  const answer = visit.answers[item.code];
  const photos = visit.photos.filter((photo) => photo.item === item.code).length;
  const outcome = outcomeOf(item, answer);
  const [drawing, tone] = MARKS[outcome] ?? [isAnswered(item, answer, photos) ? "circle-check" : "clock", outcome ? "ok" : "none"];
  const wanting = lacksPhoto(item, answer, photos) ? t("question.needs_photo") : "";
  const content = html`<span class="fa-mark fa-mark--${tone}">${icon(drawing)}</span>
    <span><b>${item.number ? `${item.number}. ` : ""}${said(item, "text")}</b>
    <small>${[answerWords(item, answer), photos ? t("photo.number", { n: photos }) : "", wanting].filter(Boolean).join(" · ") || t("visit.unanswered")}</small></span>`;
  return visit.status === "draft"
    ? html`<li><a class="fa-row" href="#/visit/${visit.id}/q/${item.code}">${content}${icon("chevron-right")}</a></li>`
    : html`<li><div class="fa-row">${content}</div></li>`;
}

function groups(app, visit, checklist) {
  return checklist.groups.map((group) => {
    const items = checklist.items.filter((item) => item.group === group.code);
    return items.length ? html`<section><h2 class="fa-group">${said(group, "name")}</h2>
      <ul class="fa-rows">${items.map((item) => row(app, visit, item))}</ul></section>` : nothing;
  });
}

async function discarded(app, visit) {
  if (!window.confirm(t("visit.discard_confirm", { name: visit.subject.name || visit.subject.ref }))) return;
  await app.phone.discard(visit.id);
  app.go("#/tasks");
}

async function reopened(app, visit) {
  await app.phone.reopen(visit.id);
  app.go(`#/visit/${visit.id}/end`);
}

async function beside(app, visit) {
  const done = await app.phone.fileBeside(visit.id);
  if (done) app.go("#/outbox");
  else app.say(t("visit.beside_failed"));
}

/** Say who else has filed the same visit: nothing is wrong with this one, and it is not for the inspector to decide. */
function filedTwice(app, visit) {
  const others = app.phone.othersOf(visit);
  if (!others.length) return nothing;
  return note("warning", "users", html`<b>${t("visit.twice")}</b>
    <ul>${others.map((one) => html`<li>${one.number} · ${one.inspector} · ${moment(one.finished_at)}</li>`)}</ul>${t("visit.twice_kept")}`);
}

/** What the server said of a finished visit, and what can be done about it. */
function standing(app, visit, checklist) {
  const sending = app.phone.sendings.get(visit.id);
  const form = sending?.form;
  if (form?.state === "done") {
    const { stored } = form;
    return html`${note("ok", "circle-check", html`<b>${t("visit.received", { time: moment(stored.received_at), number: stored.number })}</b>
      ${stored.result ? html`<p>${t(`result.${stored.result}`)} · ${t("visit.findings", { n: stored.findings.length })}</p>` : nothing}`)}
      ${filedTwice(app, visit)}
      ${stored.findings.length ? html`<ul class="fa-findings">${stored.findings.map((one) => html`<li>${one.text}</li>`)}</ul>` : nothing}`;
  }
  if (form?.state === "refused") {
    return html`${note("error", "alert-triangle", html`<b>${t("visit.refused")}</b>${problemSentences(form.problem, checklist)}`)}
      <button type="button" class="fa-button fa-button--primary" @click=${() => app.only(() => reopened(app, visit))}>${icon("pencil")} ${t("visit.reopen")}</button>`;
  }
  if (form?.state === "conflict") return conflict(app, visit, form, checklist);
  return note("plain", "clock", t("visit.waiting"));
}

function conflict(app, visit, form, checklist) {
  const { stored } = form;
  return html`${note("warning", "alert-triangle", html`<b>${t("visit.conflict")}</b>${problemSentences(form.problem, checklist)}`)}
    ${stored ? html`<dl class="fa-facts">
      <div><dt>${t("visit.theirs")}</dt><dd>${stored.number || t("visit.draft")} · ${stored.inspector} · ${moment(stored.received_at)} · ${t("visit.answers", { n: stored.answers.length })}</dd></div>
      <div><dt>${t("visit.mine")}</dt><dd>${moment(visit.finished_at)} · ${t("visit.answers", { n: Object.keys(visit.answers).length })}</dd></div></dl>` : nothing}
    <div class="fa-buttons">
      <button type="button" class="fa-button fa-button--primary" @click=${() => app.only(() => beside(app, visit))}>${icon("device-floppy")} ${t("visit.file_beside")}</button>
      ${stored ? html`<button type="button" class="fa-button" @click=${() => discarded(app, visit)}>${icon("trash")} ${t("visit.keep_theirs")}</button>` : nothing}
    </div>`;
}

export function visitScreen(app, [, id]) {
  const visit = app.phone.visits.get(id);
  const checklist = visit && app.phone.checklists.get(`${visit.checklist}/${visit.version}`);
  if (!checklist) return app.lost();
  const { done, total, failed } = progressOf(checklist, visit);
  const below = `${t(visit.status === "draft" ? "tasks.under_way" : "outbox.items", { done, total })}${failed ? ` · ${t("visit.failed", { n: failed })}` : ""}`;
  const top = html`${backHead("#/tasks", visit.subject.name || visit.subject.ref, below)}
    <progress class="fa-progress" max=${total} value=${done} aria-label=${below}></progress>`;
  const draft = visit.status === "draft";
  const body = html`${draft && visit.returned ? note("warning", "info-circle", html`<b>${t("visit.returned", { by: visit.returned.by, time: moment(visit.returned.at) })}</b><p>${visit.returned.reason}</p>`) : nothing}
    ${app.phone.isTaskGone(visit) ? note("warning", "users", t("visit.task_gone")) : nothing}
    ${draft ? nothing : standing(app, visit, checklist)}${groups(app, visit, checklist)}
    ${draft && !visit.returned ? html`<button type="button" class="fa-button fa-button--refuse" @click=${() => discarded(app, visit)}>${icon("trash")} ${t("visit.discard")}</button>` : nothing}`;
  const next = checklist.items.find((item) => !isAnswered(item, visit.answers[item.code], visit.photos.filter((one) => one.item === item.code).length));
  const at = next ? `#/visit/${id}/q/${next.code}` : `#/visit/${id}/end`;
  const actions = draft ? html`<a class="fa-button" href="#/visit/${id}/end">${t("visit.conclude")}</a>
    <a class="fa-button fa-button--primary" href=${at}>${next ? t("visit.go_on") : t("visit.conclude")} ${icon("arrow-right")}</a>` : nothing;
  return screen({ app, top, body, actions, class: "fa-padded" });
}
