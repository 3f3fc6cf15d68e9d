// The photos of a question: likenesses with time and accuracy, and the way to take another.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { icon } from "./drawings.js";
import { accuracy, bytes, clock, day } from "./figures.js";
import { note } from "./frame.js";
import { t } from "./texts.js";

const busy = new Map();
let problem = null;

async function taken(event, app, visit, item) {
  const files = [...event.target.files];
  event.target.value = "";
  const key = `${visit.id}/${item.code}`;
  problem = null;
  busy.set(key, (busy.get(key) ?? 0) + files.length);
  app.draw();
  for (const file of files) {
    try {
      const added = await app.phone.album.add(visit.id, item.code, file);
      if (!added) problem = { key, text: t("photo.twice") };
    } catch (error) {
      problem = { key, text: error.name === "QuotaExceededError" ? t("storage.full") : t("photo.failed", { name: file.name }) };
    }
    busy.set(key, busy.get(key) - 1);
    app.draw();
  }
}

function tile(app, visit, photo) {
  const url = app.phone.album.likenessUrl(photo.sha256);
  const where = photo.accuracy_m === null ? t("photo.no_position") : accuracy(photo.accuracy_m);
  return html`<li><button type="button" class="fa-photo" @click=${() => shown(app, visit, photo)}>
    ${url ? html`<img src=${url} alt=${t("photo.alt", { time: clock(photo.taken_at) })} width="104" height="80">` : html`<span class="fa-photo__none">${icon("photo")}</span>`}
    <span>${clock(photo.taken_at)} · ${where}</span></button></li>`;
}

/** Photos of an item, or of the visit as a whole where *item* has an empty code. */
export function photoStrip(app, visit, item, photos) {
  const key = `${visit.id}/${item.code}`;
  const waiting = busy.get(key) ?? 0;
  return html`<section class="fa-photos" aria-labelledby="photos-label">
    <h2 id="photos-label">${t("photo.title")} <span>${photos.length ? t("photo.count", { n: photos.length }) : ""}</span></h2>
    <ul>
      ${repeat(photos, (photo) => photo.sha256, (photo) => tile(app, visit, photo))}
      ${waiting ? html`<li><span class="fa-photo fa-photo--busy" role="status">${t("photo.working", { n: waiting })}</span></li>` : nothing}
      <li><label class="fa-shoot">${icon("camera")}<span>${t("photo.take")}</span>
        <input type="file" accept="image/*" capture="environment" @change=${(event) => taken(event, app, visit, item)}></label></li>
      <li><label class="fa-shoot fa-shoot--quiet">${icon("photo")}<span>${t("photo.choose")}</span>
        <input type="file" accept="image/jpeg,image/png,image/webp,image/heic" multiple @change=${(event) => taken(event, app, visit, item)}></label></li>
    </ul>
    ${problem?.key === key ? html`<div role="alert">${note("error", "alert-triangle", problem.text)}</div>` : nothing}
  </section>`;
}

async function removed(app, visit, photo) {
  await app.phone.album.remove(visit.id, photo.sha256);
  app.closeSheet();
}

function shown(app, visit, photo) {
  let url = null;
  app.phone.album.pictureUrl(photo.sha256, photo.type).then((found) => { url = found ?? app.phone.album.likenessUrl(photo.sha256); app.draw(); });
  const { original } = photo;
  app.openSheet(t("photo.one"), () => html`
    ${url ? html`<img class="fa-photo-large" src=${url} alt=${t("photo.alt", { time: clock(photo.taken_at) })}>` : html`<p>${t("entrance.opening")}</p>`}
    <dl class="fa-facts">
      <div><dt>${t("photo.taken")}</dt><dd>${day(photo.taken_at)} ${clock(photo.taken_at)}</dd></div>
      <div><dt>${t("photo.position")}</dt><dd>${photo.accuracy_m === null ? t("photo.no_position") : accuracy(photo.accuracy_m)}</dd></div>
      <div><dt>${t("photo.camera")}</dt><dd>${original?.taken_at ? `${day(original.taken_at)} ${clock(original.taken_at)}` : "–"}${original?.lat ? ` · ${t("photo.camera_position")}` : ""}</dd></div>
      <div><dt>${t("photo.size")}</dt><dd>${bytes(photo.size)}${original ? html` <small>${t("photo.from", { size: bytes(original.size) })}</small>` : nothing}</dd></div>
      <div><dt>SHA-256</dt><dd class="fa-code">${photo.sha256.slice(0, 16)}…</dd></div>
    </dl>
    ${visit.status === "draft" ? html`<button type="button" class="fa-button fa-button--refuse" @click=${() => removed(app, visit, photo)}>${icon("trash")} ${t("photo.remove")}</button>` : nothing}`, () => { if (url?.startsWith("blob:") && url !== app.phone.album.likenessUrl(photo.sha256)) URL.revokeObjectURL(url); });
}
