// The body that is sent of a visit, and when the server's answer proves that it holds all of it.
import assert from "node:assert/strict";
import test from "node:test";
import { remaining, waitingIn } from "../../../inspections/static/inspections/field/delivery.js";
import {
  answerChanged, bodyOf, isStored, picturesOf, visitFinished, visitReopened, visitStarted,
} from "../../../inspections/static/inspections/field/visits.js";

const LIMIT = { comparison: "<=", value: 10, basis: "" };
const item = (code, more = {}) => ({ code, kind: "pass_fail", choices: [], unit: "", limit: null, ...more });
const checklist = { code: "bts-safety", version: 3, items: [item("a"), item("r", { kind: "number", unit: "ohm", limit: LIMIT }), item("t", { kind: "text" }), item("z")] };
const subject = { type: "installation", ref: "HYN-B-000001", name: "Vũ Phúc 7", lon: 106.1, lat: 20.6 };
const shot = (sha256) => ({ sha256, item: "a", size: 10, type: "image/jpeg", taken_at: "2026-11-20T01:00:00Z", lon: 1, lat: 2, accuracy_m: 3, original: { sha256: "o" } });

function filled() {
  let visit = visitStarted({ subject, checklist, task: { id: 5, campaign: 7 } });
  visit = answerChanged(visit, "a", { outcome: "pass", note: "ok" });
  visit = answerChanged(visit, "r", { value: " 14,0 ", instrument: { name: "KYORITSU", serial: "22", calibrated_on: null, valid_until: "2027-01-01" } });
  visit = answerChanged(visit, "t", { value: "text", outcome: "na" });
  return { ...visit, photos: [shot("p1")], signatures: [{ role: "party", name: "B", title: "", refused: false, image_sha256: "s1", image_size: 4, reason: "" }] };
}

test("the body says what the contract asks for", () => {
  const visit = visitFinished(filled());
  const body = bodyOf(visit, checklist, { device: "d" });
  assert.equal(body.status, "submitted");
  assert.deepEqual([body.checklist, body.checklist_version, body.campaign, body.task, body.device], ["bts-safety", 3, 7, 5, "d"]);
  assert.deepEqual(body.answers, [
    { item: "a", outcome: "pass", value: null, unit: "", instrument: null, note: "ok" },
    { item: "r", outcome: "fail", value: "14,0", unit: "ohm", instrument: { name: "KYORITSU", serial: "22", calibrated_on: null }, note: "" },
    { item: "t", outcome: "na", value: null, unit: "", instrument: null, note: "" },
  ]);
  assert.deepEqual(Object.keys(body.photos[0]), ["sha256", "item", "taken_at", "lon", "lat", "accuracy_m", "original"]);
  assert.deepEqual(body.signatures, [{ role: "party", name: "B", title: "", image_sha256: "s1", refused: false, reason: "" }]);
});

test("a visit never ends before it began, though the phone's clock was set back meanwhile", () => {
  const visit = { ...filled(), started_at: "2026-11-20T09:00:00+07:00" };
  assert.equal(visitFinished(visit, new Date("2026-11-20T01:00:00Z")).finished_at, "2026-11-20T02:00:00.000Z");
  assert.equal(visitFinished(visit, new Date("2026-11-20T03:00:00Z")).finished_at, "2026-11-20T03:00:00.000Z");
});

test("every save counts, and a finished visit does not change", () => {
  const visit = filled();
  assert.equal(visit.revision, 3);
  const finished = visitFinished(visit);
  assert.equal(finished.revision, 4);
  assert.throws(() => answerChanged(finished, "a", { outcome: "fail" }));
  assert.equal(answerChanged(visitReopened(finished), "a", { outcome: "fail" }).revision, 6);
});

test("a drawn signature is sent as a picture, each picture once", () => {
  const visit = { ...filled(), photos: [shot("p1"), shot("p2"), shot("p1")] };
  assert.deepEqual(picturesOf(visit).map((one) => one.sha256), ["p1", "p2", "s1"]);
});

test("only an answer that holds every item, photo and signature proves the delivery", () => {
  const visit = visitFinished(filled());
  const body = bodyOf(visit, checklist);
  const stored = () => ({
    id: visit.id, revision: 4, status: "submitted",
    answers: body.answers.map(({ item: code, value }) => ({ item: code, value: value ?? "" })),
    photos: [{ sha256: "p1" }], signatures: [{ name: "B" }],
  });
  assert.ok(isStored(stored(), body, visit.id));
  for (const wrong of [
    { id: "other" }, { revision: 3 }, { status: "draft" }, { photos: [] }, { signatures: [] }, { answers: stored().answers.slice(1) },
    { answers: stored().answers.map((row) => ({ ...row, value: "8" })) },
  ]) assert.ok(!isStored({ ...stored(), ...wrong }, body, visit.id), JSON.stringify(wrong));
  assert.ok(!isStored(null, body, visit.id));
});

test("what waits is counted until it is confirmed", () => {
  const visit = visitFinished(filled());
  const sending = { form: { state: "waiting" }, pictures: { p1: { state: "done" } } };
  assert.deepEqual(remaining(visit, sending).pictures.map((one) => one.sha256), ["s1"]);
  assert.deepEqual(waitingIn([visit], new Map([[visit.id, sending]])), { forms: 1, pictures: 1, bytes: 4, items: 2 });
  assert.deepEqual(waitingIn([visit], new Map()), { forms: 1, pictures: 2, bytes: 14, items: 3 });
});
