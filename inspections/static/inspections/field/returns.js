// Inspections that the supervisor has sent back: they come with the package and are opened again, under their own name.
import { waiting } from "./visits.js";

/** Return a visit made from what the server holds of a returned inspection. */
export function visitReturned({ id, number, revision, by, at, reason, content }) {
  const answers = content.answers.map((row) => [row.item, {
    outcome: row.outcome ?? "", value: row.value ?? "", note: row.note ?? "", instrument: row.instrument,
  }]);
  return {
    id,
    task: content.task,
    campaign: content.campaign,
    checklist: content.checklist,
    version: content.checklist_version,
    subject: content.subject,
    started_at: content.started_at ?? at,
    finished_at: null,
    revision: Math.max(revision, content.revision) + 1,
    status: "draft",
    position: content.position,
    answers: Object.fromEntries(answers),
    photos: content.photos.map((photo) => ({ ...photo, item: photo.item ?? "", type: "image/jpeg" })),
    signatures: content.signatures,
    corrections: content.corrections,
    notes: content.notes,
    returned: { number, by, at, reason },
  };
}

/** Return the sending record of a returned visit: its pictures are with the server, its form waits to be finished. */
export function sendingReturned(visit) {
  const there = [...visit.photos.map((one) => one.sha256), ...visit.signatures.map((one) => one.image_sha256).filter(Boolean)];
  const done = () => ({ ...waiting(), state: "done", done_at: visit.returned.at });
  return { id: visit.id, form: waiting(), draft: -1, pictures: Object.fromEntries(there.map((sha256) => [sha256, done()])), done_at: null };
}

/** Tell whether the phone's own visit is newer than what was returned: it was corrected already. */
export function isCorrected(visit, returned) {
  return Boolean(visit) && visit.revision > returned.revision;
}
