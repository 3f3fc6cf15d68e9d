// One question a screen: large controls, the value judged as it is typed, instrument, photos, note. Saved at every answer.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { calibrationExpired, lacksInstrument, lacksPhoto, outcomeOf } from "./checklists.js";
import { icon } from "./drawings.js";
import { day, number, today, typed } from "./figures.js";
import { backHead, note, screen } from "./frame.js";
import { instrumentsOpened } from "./instruments-sheet.js";
import { judge, printedUnit, stepped } from "./measures.js";
import { photoStrip } from "./photos-part.js";
import { said, t } from "./texts.js";
import { positionStrip } from "./position-part.js";
import { answerChanged } from "./visits.js";

function changed(app, visit, item, change) {
  return app.phone.save(answerChanged(app.phone.visits.get(visit.id), item.code, change));
}

/** Radio buttons as large as a gloved finger. */
function outcomes(app, visit, item, answer, offered) {
  const names = { pass: ["check", "ok"], fail: ["x", "bad"], na: ["minus", "na"] };
  return html`<fieldset class="fa-outcomes"><legend class="visually-hidden">${said(item, "text")}</legend>
    ${offered.map((outcome) => html`<label class="fa-outcome fa-outcome--${names[outcome][1]}">
      <input type="radio" name="outcome" value=${outcome} .checked=${live(answer.outcome === outcome)} @change=${() => changed(app, visit, item, { outcome })}>
      ${icon(names[outcome][0])}<span>${t(`outcome.${outcome}`)}</span></label>`)}
  </fieldset>`;
}

function limitWords(item) {
  const unit = printedUnit(item.unit);
  if (!item.limit) return unit ? t("question.unit", { unit }) : "";
  const sign = { "<=": "≤", ">=": "≥" }[item.limit.comparison] ?? item.limit.comparison;
  return t("question.limit", { sign, limit: number(item.limit.value), unit, basis: item.limit.basis });
}

function verdictOf(item, answer) {
  const { verdict } = judge(answer.value, item.limit, item.unit);
  const value = String(answer.value ?? "").trim();
  const unit = printedUnit(item.unit);
  if (verdict === "unreadable") return note("error", "alert-triangle", html`<b>${t("question.unreadable", { value: answer.value })}</b> ${t("question.unreadable_hint")}`);
  if (verdict === "negative") return note("error", "alert-triangle", t("question.negative"));
  if (verdict === "pass") return note("ok", "circle-check", html`<b>${t("outcome.pass")}</b>: ${value} ${unit}`);
  if (verdict !== "fail") return nothing;
  const words = t("question.beyond", { value, unit, how: t(`beyond.${BEYOND[item.limit.comparison]}`), limit: number(item.limit.value) });
  return note("fail", "circle-x", html`<b>${t("outcome.fail")}</b>: ${words}`);
}

const BEYOND = { "<=": "greater", "<": "not_less", ">=": "less", ">": "not_greater", "=": "different" };

/** The instrument that was used for the same unit in this visit; it is taken as the one for the next value too. */
function usedBefore(app, visit, item) {
  const checklist = app.phone.checklists.get(`${visit.checklist}/${visit.version}`);
  const other = checklist.items.find((one) => one.unit === item.unit && visit.answers[one.code]?.instrument?.serial);
  return other ? visit.answers[other.code].instrument : undefined;
}

function measured(app, visit, item, answer) {
  const skipped = answer.outcome === "na";
  const { verdict } = judge(answer.value, item.limit, item.unit);
  const instrument = item.instrument && !answer.instrument ? { instrument: usedBefore(app, visit, item) } : {};
  const set = (value) => changed(app, visit, item, { value: String(value), outcome: skipped ? "" : answer.outcome ?? "", ...instrument });
  const step = (way) => set(typed(stepped(answer.value ?? "", item.limit, way)));
  const offered = [...(item.limit ? [] : ["pass", "fail"]), ...(item.may_be_na ? ["na"] : [])];
  return html`
    <div class="fa-measure">
      <button type="button" class="fa-step" aria-label=${t("question.less")} @click=${() => step(-1)}>${icon("minus")}</button>
      <div class="fa-value fa-value--${skipped ? "empty" : verdict}">
        <input id="value" inputmode="decimal" autocomplete="off" enterkeyhint="done" aria-label=${said(item, "text")} aria-describedby="limit verdict"
          size="6" .value=${live(skipped ? "" : answer.value ?? "")} @input=${(event) => set(event.target.value)}>
        <span>${printedUnit(item.unit)}</span>
      </div>
      <button type="button" class="fa-step" aria-label=${t("question.more")} @click=${() => step(1)}>${icon("plus")}</button>
    </div>
    <div id="verdict" role="status">${skipped ? nothing : verdictOf(item, answer)}</div>
    ${offered.length ? outcomes(app, visit, item, answer, offered) : nothing}`;
}

function chosenOf(app, visit, item, answer) {
  return html`<fieldset class="fa-outcomes fa-outcomes--column"><legend class="visually-hidden">${said(item, "text")}</legend>
    ${item.choices.map((choice) => html`<label class="fa-outcome fa-outcome--${choice.outcome === "fail" ? "bad" : "ok"}">
      <input type="radio" name="choice" value=${choice.code} .checked=${live(answer.value === choice.code && answer.outcome !== "na")}
        @change=${() => changed(app, visit, item, { value: choice.code, outcome: choice.outcome ?? "" })}><span>${said(choice, "text")}</span></label>`)}
  </fieldset>${item.may_be_na ? outcomes(app, visit, item, answer, ["na"]) : nothing}`;
}

function written(app, visit, item, answer) {
  const set = (event) => changed(app, visit, item, { value: event.target.value, outcome: answer.outcome === "na" ? "" : answer.outcome ?? "" });
  const field = item.kind === "date"
    ? html`<input class="fa-input fa-input--large" type="date" id="value" aria-label=${said(item, "text")} .value=${live(answer.value ?? "")} @input=${set}>`
    : html`<textarea class="fa-input" id="value" rows="3" maxlength="500" aria-label=${said(item, "text")} .value=${live(answer.value ?? "")} @input=${set}></textarea>`;
  const offered = ["pass", "fail", ...(item.may_be_na ? ["na"] : [])];
  return html`<div class="fa-field">${field}</div>${outcomes(app, visit, item, answer, offered)}`;
}

function control(app, visit, item, answer) {
  switch (item.kind) {
    case "number": return measured(app, visit, item, answer);
    case "choice": return chosenOf(app, visit, item, answer);
    case "text": case "date": return written(app, visit, item, answer);
    default: return outcomes(app, visit, item, answer, ["pass", "fail", ...(item.may_be_na ? ["na"] : [])]);
  }
}

function instrumentChoice(app, visit, item, answer) {
  if (!item.instrument || answer.outcome === "na") return nothing;
  const used = answer.instrument;
  const expired = calibrationExpired(used, visit.started_at.slice(0, 10) || today(), app.phone.settings.calibration_months);
  const label = used?.serial ? [used.name, used.serial].filter(Boolean).join(" · ") : t("question.choose_instrument");
  return html`<div class="fa-field"><span class="fa-label" id="instrument-label">${t("question.instrument")}</span>
    <button type="button" class="fa-input fa-input--button" aria-labelledby="instrument-label instrument" id="instrument"
      @click=${() => instrumentsOpened(app, item.unit, (one) => changed(app, visit, item, { instrument: one }))}>${label}</button>
    ${used?.calibrated_on ? html`<p class="fa-hint">${t("question.calibrated", { day: day(used.calibrated_on) })}</p>` : nothing}
    ${expired ? note("warning", "alert-triangle", t("question.calibration_expired")) : nothing}</div>`;
}

/** What the answer still asks for, said at once. */
function wants(item, answer, photos) {
  const texts = [];
  if (lacksPhoto(item, answer, photos.length)) texts.push(t("question.needs_photo"));
  if (lacksInstrument(item, answer)) texts.push(t("question.needs_instrument"));
  return texts.length ? html`<p class="fa-wants">${texts.join(" ")}</p>` : nothing;
}

function question(app, visit, checklist, item) {
  const answer = visit.answers[item.code] ?? {};
  const group = checklist.groups.find((one) => one.code === item.group);
  const photos = visit.photos.filter((photo) => photo.item === item.code);
  const hint = said(item, "hint");
  const before = (app.phone.subjectOf(visit.subject).standing ?? []).find((one) => one.item === item.code);
  return html`
    <p class="fa-group">${t("question.place", { group: said(group, "name"), number: item.number || item.code })}</p>
    <h2 class="fa-question" id="question" data-item=${item.code} tabindex="-1">${said(item, "text")}</h2>
    ${item.kind === "number" ? html`<p class="fa-limit" id="limit">${limitWords(item)}</p>` : nothing}
    ${hint ? html`<p class="fa-hint">${hint}</p>` : nothing}
    ${before ? note("warning", "alert-triangle", html`${t("question.before_failed")} ${before.text}`) : nothing}
    ${control(app, visit, item, answer)}
    ${wants(item, answer, photos)}
    ${outcomeOf(item, answer) === "fail" && item.rule ? html`<p class="fa-hint fa-rule">${t("question.rule", { rule: item.rule.code })}</p>` : nothing}
    ${instrumentChoice(app, visit, item, answer)}
    ${photoStrip(app, visit, item, photos)}
    <div class="fa-field"><label for="note">${t("question.note")}</label>
      <textarea class="fa-input" id="note" rows="2" maxlength="4000" placeholder=${t("question.note_example")}
        .value=${live(answer.note ?? "")} @input=${(event) => changed(app, visit, item, { note: event.target.value })}></textarea></div>`;
}

export function questionScreen(app, [, id, , code]) {
  const visit = app.phone.visits.get(id);
  const checklist = visit && app.phone.checklists.get(`${visit.checklist}/${visit.version}`);
  const place = checklist?.items.findIndex((one) => one.code === code) ?? -1;
  if (place < 0 || visit.status !== "draft") return app.lost();
  const item = checklist.items[place];
  const [before, after] = [checklist.items[place - 1], checklist.items[place + 1]];
  const end = html`<span class="fa-tag" role="status">${icon("device-floppy")} ${t("question.saved")}</span>`;
  const below = t("question.count", { name: visit.subject.name, place: place + 1, total: checklist.items.length });
  const top = html`${backHead(`#/visit/${id}`, visit.subject.ref || visit.subject.name, below, end)}
    <progress class="fa-progress" max=${checklist.items.length} value=${place + 1} aria-label=${below}></progress>
    ${positionStrip(app, visit)}`;
  const actions = html`
    ${before ? html`<a class="fa-button" href="#/visit/${id}/q/${before.code}">${t("question.before")}</a>` : nothing}
    <a class="fa-button fa-button--primary" href=${after ? `#/visit/${id}/q/${after.code}` : `#/visit/${id}/end`}>
      ${after ? t("question.after") : t("question.to_end")} ${icon("arrow-right")}</a>`;
  return screen({ app, top, body: question(app, visit, checklist, item), actions, class: "fa-padded fa-question-page", quiet: true });
}
