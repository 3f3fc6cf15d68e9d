// The conclusion of a visit: what is still missing, general photos, notes, who signs or refuses to, and filing it.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { missingIn, outcomeOf } from "./checklists.js";
import { icon } from "./drawings.js";
import { accuracy } from "./figures.js";
import { backHead, note, screen } from "./frame.js";
import { photoStrip } from "./photos-part.js";
import { positionStrip } from "./position-part.js";
import { signatureOpened } from "./signature-sheet.js";
import { said, t } from "./texts.js";

const WORDS = { answer: "visit.unanswered", photo: "question.needs_photo", instrument: "question.needs_instrument", value: "question.unreadable_short", negative: "question.negative" };
let filing = null;

function missingList(visit, missing) {
  if (!missing.length) return note("ok", "circle-check", t("end.complete"));
  return html`${note("warning", "alert-triangle", t("end.missing", { n: missing.length }))}
    <ul class="fa-rows">${missing.map(({ item, what }) => html`<li><a class="fa-row" href="#/visit/${visit.id}/q/${item.code}">
      <span><b>${item.number ? `${item.number}. ` : ""}${said(item, "text")}</b><small>${t(WORDS[what])}</small></span>${icon("chevron-right")}</a></li>`)}</ul>`;
}

function failures(visit, checklist) {
  const failed = checklist.items.filter((item) => outcomeOf(item, visit.answers[item.code]) === "fail");
  if (!failed.length) return html`<p>${t("end.no_failure")}</p>`;
  return html`<p><b>${t("visit.failed", { n: failed.length })}</b></p><ul class="fa-findings">${failed.map((item) => html`<li>${said(item, "text")}
    ${item.remedy_days ? html` <small>${t("end.remedy", { n: item.remedy_days })}</small>` : nothing}</li>`)}</ul>`;
}

async function signatureRemoved(app, visit, place) {
  const now = app.phone.visits.get(visit.id);
  await app.phone.change(visit.id, { signatures: now.signatures.filter((_, index) => index !== place) });
}

function signatures(app, visit) {
  return html`<section aria-labelledby="signatures"><h2 class="fa-group" id="signatures">${t("signature.title")}</h2>
    <ul class="fa-rows">${visit.signatures.map((one, place) => html`<li><div class="fa-row">${icon(one.refused ? "x" : "signature")}
      <span><b>${one.name}</b><small>${[t(`signature.${one.role}`), one.title, one.refused ? t("signature.refused_because", { reason: one.reason || "–" }) : ""].filter(Boolean).join(" · ")}</small></span>
      <button type="button" class="fa-icon-button" aria-label=${t("signature.remove", { name: one.name })} @click=${() => signatureRemoved(app, visit, place)}>${icon("trash")}</button></div></li>`)}</ul>
    <div class="fa-buttons">
      <button type="button" class="fa-button" @click=${() => signatureOpened(app, visit, "party")}>${icon("signature")} ${t("signature.party_signs")}</button>
      <button type="button" class="fa-button" @click=${() => signatureOpened(app, visit, "inspector")}>${icon("signature")} ${t("signature.inspector_signs")}</button>
      <button type="button" class="fa-button" @click=${() => signatureOpened(app, visit, "witness")}>${icon("users")} ${t("signature.witness_signs")}</button>
    </div></section>`;
}

function position(visit, settings) {
  if (!visit.position) return note("warning", "current-location", t("end.no_position"));
  if (visit.position.accuracy_m > settings.accuracy_warn_m) {
    return note("warning", "current-location", t("end.vague", { accuracy: accuracy(visit.position.accuracy_m) }));
  }
  return nothing;
}

/** File the visit; what is missing must be confirmed once more, in words. */
async function filed(app, visit, missing) {
  const lacking = missing.filter((one) => one.what === "value" || one.what === "negative");
  if (lacking.length) {
    app.go(`#/visit/${visit.id}/q/${lacking[0].item.code}`);
    return;
  }
  if (missing.length && filing !== visit.id) {
    filing = visit.id;
    app.draw();
    return;
  }
  filing = null;
  await app.only(async () => {
    await app.phone.finish(visit.id);
    app.go("#/outbox");
  });
}

export function endScreen(app, [, id]) {
  const visit = app.phone.visits.get(id);
  const checklist = visit && app.phone.checklists.get(`${visit.checklist}/${visit.version}`);
  if (!checklist || visit.status !== "draft") return app.lost();
  const missing = missingIn(checklist, visit);
  const general = visit.photos.filter((photo) => !photo.item);
  const body = html`
    ${missingList(visit, missing)}
    ${failures(visit, checklist)}
    ${position(visit, app.phone.settings)}
    ${photoStrip(app, visit, { code: "" }, general)}
    <div class="fa-field"><label for="notes">${t("end.notes")}</label><textarea class="fa-input" id="notes" rows="3" maxlength="20000"
      .value=${live(visit.notes)} @input=${(event) => app.phone.change(id, { notes: event.target.value })}></textarea></div>
    ${signatures(app, visit)}
    ${visit.signatures.length ? nothing : html`<p class="fa-wants">${t("end.no_signature")}</p>`}`;
  const last = checklist.items[checklist.items.length - 1];
  // Beside the button that asks again: wherever the page stands, it is seen.
  const actions = html`${filing === id && missing.length ? html`<div role="alert" class="fa-actions__note">${note("warning", "alert-triangle", t("end.confirm", { n: missing.length }))}</div>` : nothing}
    <a class="fa-button" href="#/visit/${id}/q/${last.code}">${t("question.before")}</a>
    <button type="button" class="fa-button fa-button--primary" @click=${() => filed(app, visit, missing)}>${icon("check")}
    ${filing === id && missing.length ? t("end.file_anyway") : t("end.file")}</button>`;
  const top = html`${backHead(`#/visit/${id}`, t("end.title"), visit.subject.name || visit.subject.ref)}${positionStrip(app, visit)}`;
  return screen({ app, top, body, actions, class: "fa-padded", quiet: true });
}
