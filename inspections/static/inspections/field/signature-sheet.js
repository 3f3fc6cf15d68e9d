// Who signs: name, office, a drawn signature, or the refusal and its reason.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import { icon } from "./drawings.js";
import { t } from "./texts.js";

const INK = "#16202e";

/** A sheet of paper that a finger draws on; pictures are dark ink on white, whatever the look of the app. */
class Pad {
  constructor(canvas) {
    this.canvas = canvas;
    this.strokes = 0;
    const box = canvas.getBoundingClientRect();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = box.width * ratio;
    canvas.height = box.height * ratio;
    this.pen = canvas.getContext("2d");
    this.pen.scale(ratio, ratio);
    this.clear();
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { this.last = null; });
  }

  clear() {
    const { pen, canvas } = this;
    pen.save();
    pen.resetTransform();
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.restore();
    Object.assign(pen, { strokeStyle: INK, fillStyle: INK, lineWidth: 2.4, lineCap: "round", lineJoin: "round" });
    this.strokes = 0;
    this.last = null;
  }

  #point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #down(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.#point(event);
    this.strokes += 1;
    this.pen.beginPath();
    this.pen.arc(...this.last, 1.2, 0, Math.PI * 2);
    this.pen.fill();
    this.canvas.dispatchEvent(new Event("change"));
  }

  #move(event) {
    if (!this.last) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const point = this.#point(part);
      this.pen.beginPath();
      this.pen.moveTo(...this.last);
      this.pen.lineTo(...point);
      this.pen.stroke();
      this.last = point;
    }
  }

  async png() {
    const blob = await new Promise((done) => { this.canvas.toBlob(done, "image/png"); });
    return new Uint8Array(await blob.arrayBuffer());
  }
}

async function signed(event, app, visit, role, state) {
  const given = Object.fromEntries(new FormData(event.target));
  if (!state.refused && !state.pad?.strokes) {
    state.problem = t("signature.draw_first");
    app.draw();
    return;
  }
  const drawn = state.refused ? { image_sha256: null } : await app.phone.album.keepSignature(await state.pad.png());
  const signature = {
    role, name: given.name.trim(), title: given.title.trim(), refused: state.refused, reason: state.refused ? given.reason.trim() : "", ...drawn,
  };
  const now = app.phone.visits.get(visit.id);
  await app.phone.change(visit.id, { signatures: [...now.signatures, signature] });
  app.closeSheet();
}

/** Make the canvas a pad once it has its size; the one before goes with its canvas. */
function prepared(state, canvas) {
  if (canvas && state.pad?.canvas !== canvas) requestAnimationFrame(() => { state.pad = new Pad(canvas); });
  if (!canvas) state.pad = null;
}

export function signatureOpened(app, visit, role) {
  const state = { refused: false, pad: null, problem: "" };
  const pad = (canvas) => prepared(state, canvas);
  const name = role === "inspector" ? app.phone.person.name : "";
  app.openSheet(t(`signature.${role}_signs`), () => html`<form class="fa-form" @submit=${(event) => { event.preventDefault(); app.only(() => signed(event, app, visit, role, state)); }}>
    <div class="fa-field"><label for="signature-name">${t("signature.name")}</label><input class="fa-input" id="signature-name" name="name" maxlength="160" required autocomplete="off" value=${name}></div>
    <div class="fa-field"><label for="signature-title">${t("signature.office")}</label><input class="fa-input" id="signature-title" name="title" maxlength="160" autocomplete="off"></div>
    ${role === "inspector" ? nothing : html`<label class="fa-check"><input type="checkbox" .checked=${state.refused} @change=${(event) => { state.refused = event.target.checked; state.problem = ""; app.draw(); }}>
      <span>${t("signature.refuses")}</span></label>`}
    ${state.refused
      ? html`<div class="fa-field"><label for="signature-reason">${t("signature.reason")}</label><textarea class="fa-input" id="signature-reason" name="reason" rows="2" maxlength="400" required></textarea></div>`
      : html`<div class="fa-field"><span class="fa-label">${t("signature.draw")}</span>
        <canvas class="fa-pad" role="img" aria-label=${t("signature.draw")} ${ref(pad)}></canvas>
        <button type="button" class="fa-quiet" @click=${() => state.pad?.clear()}>${icon("eraser")} ${t("signature.again")}</button></div>`}
    ${state.problem ? html`<p class="fa-wants" role="alert">${state.problem}</p>` : nothing}
    <button class="fa-button fa-button--primary">${icon("check")} ${state.refused ? t("signature.note_refusal") : t("signature.use")}</button>
  </form>`);
}
