// A visit: one inspection as it grows on the phone, and the body that is sent of it.
import { outcomeOf } from "./checklists.js";

/** Start a visit of *subject* {type, ref, name, lon, lat} with a checklist {code, version}. */
export function visitStarted({ subject, checklist, task = null, now = new Date() }) {
  return {
    id: crypto.randomUUID(),
    task: task?.id ?? null,
    campaign: task?.campaign ?? null,
    checklist: checklist.code,
    version: checklist.version,
    subject,
    started_at: now.toISOString(),
    finished_at: null,
    revision: 0,
    status: "draft",
    position: null,
    answers: {},
    photos: [],
    signatures: [],
    corrections: [],
    notes: "",
  };
}

/** Return the visit with the members of *change*, one revision further. Only a draft changes. */
export function visitChanged(visit, change) {
  if (visit.status !== "draft") throw new Error("a finished visit does not change");
  return { ...visit, ...change, revision: visit.revision + 1 };
}

export function answerChanged(visit, code, change) {
  const answers = { ...visit.answers, [code]: { ...visit.answers[code], ...change } };
  return visitChanged(visit, { answers });
}

/** Finish a visit: from now on it is only sent. Its end is never before its beginning, wherever the clock went meanwhile. */
export function visitFinished(visit, now = new Date()) {
  const end = new Date(Math.max(now.getTime(), Date.parse(visit.started_at) || 0));
  const finished = visitChanged(visit, { finished_at: end.toISOString() });
  return { ...finished, status: "submitted" };
}

/** Take a finished visit back for correction, after the server refused it. */
export function visitReopened(visit) {
  return { ...visit, status: "draft", finished_at: null, revision: visit.revision + 1 };
}

/** Return a copy under a new name, for a visit that another one on the server stands against. */
export function visitCopied(visit) {
  return { ...visit, id: crypto.randomUUID() };
}

export function waiting() {
  return { state: "waiting", failures: 0, next_at: 0, problem: null, done_at: null };
}

/** Return the body of CONTRACT §4 with the members of docs/field-app.md. */
export function bodyOf(visit, checklist, { device = null, now = new Date() } = {}) {
  return {
    subject: visit.subject,
    checklist: visit.checklist,
    checklist_version: visit.version,
    campaign: visit.campaign,
    task: visit.task,
    device,
    started_at: visit.started_at,
    finished_at: visit.finished_at,
    sent_at: now.toISOString(),
    revision: visit.revision,
    status: visit.status,
    position: visit.position && picked(visit.position, ["lon", "lat", "accuracy_m"]),
    answers: checklist.items.flatMap((item) => answerBody(item, visit)),
    photos: visit.photos.map((photo) => picked(photo, PHOTO_MEMBERS)),
    signatures: visit.signatures.map((one) => picked(one, SIGNATURE_MEMBERS)),
    corrections: visit.corrections,
    notes: visit.notes,
  };
}

const PHOTO_MEMBERS = ["sha256", "item", "taken_at", "lon", "lat", "accuracy_m", "original"];
const SIGNATURE_MEMBERS = ["role", "name", "title", "image_sha256", "refused", "reason"];

function picked(source, names) {
  return Object.fromEntries(names.filter((name) => source[name] !== undefined).map((name) => [name, source[name]]));
}

function answerBody(item, visit) {
  const answer = visit.answers[item.code];
  if (!answer) return [];
  const value = answer.outcome === "na" ? null : (String(answer.value ?? "").trim() || null);
  const outcome = outcomeOf(item, answer);
  if (!outcome && value === null && !answer.note) return [];
  return [{
    item: item.code,
    outcome,
    value,
    unit: value !== null && item.unit ? item.unit : "",
    instrument: answer.instrument?.serial ? picked(answer.instrument, ["name", "serial", "calibrated_on"]) : null,
    note: answer.note ?? "",
  }];
}

/** Return the pictures a visit sends: photos and drawn signatures, each once. */
export function picturesOf(visit) {
  const drawn = visit.signatures.filter((one) => one.image_sha256)
    .map((one) => ({ sha256: one.image_sha256, size: one.image_size, type: "image/png", signature: true }));
  const all = [...visit.photos, ...drawn];
  return all.filter((one, place) => all.findIndex((other) => other.sha256 === one.sha256) === place);
}

/** Tell whether the stored inspection in a server's answer is this visit, whole. */
export function isStored(stored, body, id) {
  if (!stored || stored.id !== id || stored.revision !== body.revision || stored.status !== body.status) return false;
  const answers = new Map((stored.answers ?? []).map((row) => [row.item, row]));
  const digests = new Set((stored.photos ?? []).map((row) => row.sha256));
  return body.answers.every((row) => answers.has(row.item) && (answers.get(row.item).value ?? "") === (row.value ?? ""))
    && body.photos.every((row) => digests.has(row.sha256))
    && (stored.signatures ?? []).length === body.signatures.length;
}
