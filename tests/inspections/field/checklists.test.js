// What counts as answered, what is missing, which checklist fits.
import assert from "node:assert/strict";
import test from "node:test";
import {
  calibrationExpired, checklistsFor, isAnswered, missingIn, outcomeOf, progressOf,
} from "../../../inspections/static/inspections/field/checklists.js";

const item = (code, more = {}) => ({
  code, kind: "pass_fail", group: "g", choices: [], unit: "", limit: null, may_be_na: true, instrument: false, photo: "optional", ...more,
});
const LIMIT = { comparison: "<=", value: 10, basis: "QCVN 9:2016/BTTTT" };
const earthing = item("earthing", { kind: "number", unit: "ohm", limit: LIMIT, instrument: true, photo: "on_fail" });

test("the limit decides on a measured value, whatever outcome came with it", () => {
  assert.equal(outcomeOf(earthing, { value: "14", outcome: "pass" }), "fail");
  assert.equal(outcomeOf(earthing, { value: "8,4" }), "pass");
  assert.equal(outcomeOf(earthing, { value: "8,4", outcome: "na" }), "na");
  assert.equal(outcomeOf(earthing, { value: "x" }), "");
});

test("a choice carries its outcome", () => {
  const choice = item("state", { kind: "choice", choices: [{ code: "good", outcome: "pass" }, { code: "broken", outcome: "fail" }, { code: "seen" }] });
  assert.equal(outcomeOf(choice, { value: "broken" }), "fail");
  assert.equal(outcomeOf(choice, { value: "seen" }), "pass");
  assert.equal(outcomeOf(choice, { value: "gone" }), "");
});

test("each kind of question has its own answer", () => {
  assert.ok(!isAnswered(item("a"), undefined));
  assert.ok(isAnswered(item("a"), { outcome: "fail" }));
  assert.ok(isAnswered(item("a", { kind: "text" }), { value: "ok" }));
  assert.ok(isAnswered(item("a", { kind: "photo" }), undefined, 1));
  assert.ok(!isAnswered(item("a", { kind: "number" }), { value: "3" }), "a number without a limit waits for the inspector");
  assert.ok(isAnswered(item("a", { kind: "number" }), { value: "3", outcome: "pass" }));
  assert.ok(isAnswered(item("a", { kind: "number" }), { outcome: "na" }));
});

test("what is missing is said in the order of the checklist", () => {
  const checklist = { items: [item("a", { photo: "required" }), earthing, item("b"), item("c", { kind: "number", limit: LIMIT })] };
  const visit = {
    answers: { a: { outcome: "pass" }, earthing: { value: "8" }, c: { value: "1,2,3" } },
    photos: [],
  };
  assert.deepEqual(missingIn(checklist, visit).map(({ item: one, what }) => [one.code, what]), [
    ["a", "photo"], ["earthing", "instrument"], ["b", "answer"], ["c", "value"],
  ]);
  assert.deepEqual(progressOf(checklist, visit), { done: 2, total: 4, failed: 0 });
});

test("a size below zero is not an answer, and the form is not filed with it", () => {
  const checklist = { items: [earthing] };
  const visit = (more) => ({ answers: { earthing: { value: "-1", ...more } }, photos: [] });
  assert.equal(outcomeOf(earthing, { value: "-1" }), "");
  assert.ok(!isAnswered(earthing, { value: "-1" }));
  assert.deepEqual(missingIn(checklist, visit()).map(({ what }) => what), ["negative"]);
  assert.deepEqual(missingIn(checklist, visit({ outcome: "na" })), []);
});

test("an item that does not apply asks for no photo and no instrument", () => {
  const checklist = { items: [item("a", { photo: "required" }), earthing] };
  const visit = { answers: { a: { outcome: "na" }, earthing: { outcome: "na" } }, photos: [] };
  assert.deepEqual(missingIn(checklist, visit), []);
});

test("a calibration runs out after the months of the setting, or on its own day", () => {
  assert.ok(!calibrationExpired({ calibrated_on: "2025-11-20" }, "2026-11-20", 12));
  assert.ok(calibrationExpired({ calibrated_on: "2025-11-19" }, "2026-11-20", 12));
  assert.ok(calibrationExpired({ calibrated_on: "2026-11-01", valid_until: "2026-11-10" }, "2026-11-20", 12));
  assert.ok(!calibrationExpired({ serial: "1" }, "2026-11-20", 12));
  assert.ok(!calibrationExpired(null, "2026-11-20", 12));
});

test("the checklist made for the kind of thing comes first", () => {
  const lists = [{ code: "any", subjects: ["installation"] }, { code: "post", subjects: ["postal_point"] }, { code: "cable", subjects: ["cable_route"] }];
  assert.deepEqual(checklistsFor(lists, { type: "installation", kind: "postal_point" }).map((one) => one.code), ["post", "any"]);
  assert.deepEqual(checklistsFor(lists, { type: "mast" }), []);
});
