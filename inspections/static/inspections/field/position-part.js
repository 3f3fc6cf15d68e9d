// Where the inspector stands: accuracy, distance to the registered position, and the proposal that the register is wrong.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "./drawings.js";
import { accuracy, distance, position } from "./figures.js";
import { note } from "./frame.js";
import { metresBetween } from "./places.js";
import { t } from "./texts.js";

/** The strip above a question. It warns where the receiver is vague or the place is far; it never blocks. */
export function positionStrip(app, visit) {
  const { phone } = app;
  const fix = phone.receiver.now;
  if (!fix) {
    const kept = visit.position ? t("gps.kept", { accuracy: accuracy(visit.position.accuracy_m) }) : "";
    return html`<button type="button" class="fa-gps fa-gps--warn" @click=${() => positionOpened(app, visit)}>${icon("current-location")}
      <span>${t(`gps.${phone.receiver.error ?? "waiting"}`)} ${kept}</span>${icon("chevron-right")}</button>`;
  }
  const metres = visit.subject.ref ? metresBetween(fix, visit.subject) : null;
  const vague = fix.accuracy_m > phone.settings.accuracy_warn_m;
  const far = metres !== null && metres - fix.accuracy_m > phone.settings.far_m;
  const words = metres === null
    ? t("gps.accuracy", { accuracy: accuracy(fix.accuracy_m) })
    : html`${t("gps.from_registered")} <b>${distance(metres)}</b> · GPS ${accuracy(fix.accuracy_m)}`;
  return html`<button type="button" class="fa-gps fa-gps--${vague || far ? "warn" : "ok"}" @click=${() => positionOpened(app, visit)}>${icon("current-location")}
    <span>${words}${vague ? html`\u00a0· <b>${t("gps.vague")}</b>` : nothing}${far ? html`\u00a0· <b>${t("gps.far")}</b>` : nothing}</span>
    ${icon(vague || far ? "alert-triangle" : "circle-check")}</button>`;
}

async function proposed(event, app, visit) {
  event.preventDefault();
  const { phone } = app;
  const fix = phone.receiver.now;
  if (!fix) return;
  const now = phone.visits.get(visit.id);
  const others = now.corrections.filter((one) => one.kind !== "position");
  const proposal = { kind: "position", lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m, note: new FormData(event.target).get("note").trim() };
  await phone.change(visit.id, { corrections: [...others, proposal] });
  app.closeSheet();
}

async function withdrawn(app, visit) {
  const now = app.phone.visits.get(visit.id);
  await app.phone.change(visit.id, { corrections: now.corrections.filter((one) => one.kind !== "position") });
}

function proposal(app, visit, fix) {
  const given = visit.corrections.find((one) => one.kind === "position");
  if (given) {
    return html`${note("ok", "circle-check", t("position.proposed", { position: position(given), accuracy: accuracy(given.accuracy_m) }))}
      <button type="button" class="fa-button" @click=${() => withdrawn(app, visit)}>${icon("trash")} ${t("position.withdraw")}</button>`;
  }
  return html`<form class="fa-form" @submit=${(event) => proposed(event, app, visit)}>
    <p>${t("position.hint")}</p>
    <div class="fa-field"><label for="position-note">${t("position.why")}</label><textarea class="fa-input" id="position-note" name="note" rows="2" maxlength="400"></textarea></div>
    ${fix ? nothing : html`<p class="fa-wants">${t("gps.none")}</p>`}
    <button class="fa-button fa-button--primary" ?disabled=${!fix}>${icon("map-pin")} ${t("position.wrong")}</button></form>`;
}

function positionOpened(app, visit) {
  app.openSheet(t("position.title"), () => {
    const now = app.phone.visits.get(visit.id) ?? visit;
    const fix = app.phone.receiver.now;
    const metres = metresBetween(fix, now.subject);
    return html`<dl class="fa-facts">
      <div><dt>${t("position.registered")}</dt><dd>${Number.isFinite(now.subject.lon) ? position(now.subject) : t("position.not_registered")}</dd></div>
      <div><dt>${t("position.here")}</dt><dd>${fix ? html`${position(fix)} <small>${accuracy(fix.accuracy_m)}</small>` : t(`gps.${app.phone.receiver.error ?? "waiting"}`)}</dd></div>
      <div><dt>${t("position.between")}</dt><dd>${metres === null ? "–" : distance(metres)}</dd></div>
      <div><dt>${t("position.kept")}</dt><dd>${now.position ? html`${position(now.position)} <small>${accuracy(now.position.accuracy_m)}</small>` : "–"}</dd></div>
    </dl>
    ${Number.isFinite(now.subject.lon) && now.subject.ref ? proposal(app, now, fix) : nothing}`;
  });
}
