// The field app reads and judges measured values as the server does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { judge, parseNumber, stepped } from "../../../inspections/static/inspections/field/measures.js";

const vectors = JSON.parse(readFileSync(new URL("../measures.json", import.meta.url), "utf8"));

test("what people type is read as on the server", () => {
  for (const [text, number] of vectors.numbers) {
    const read = parseNumber(text);
    if (number === null) assert.ok(Number.isNaN(read), `${JSON.stringify(text)} gave ${read}`);
    else assert.equal(read + 0, number, JSON.stringify(text));
  }
});

test("a value is judged as on the server", () => {
  for (const [text, comparison, value, passes] of vectors.judged) {
    assert.equal(judge(text, { comparison, value }).verdict, passes ? "pass" : "fail", `${text} ${comparison} ${value}`);
  }
});

test("what is a size and what may be below zero is told apart as on the server", () => {
  for (const [text, unit, size] of vectors.sizes) {
    assert.equal(judge(text, { comparison: "<=", value: 10 }, unit).verdict, size ? "negative" : "pass", `${text} ${unit}`);
  }
});

test("nothing, nonsense and a number without a limit are told apart", () => {
  const limit = { comparison: "<=", value: 10 };
  assert.equal(judge("", limit).verdict, "empty");
  assert.equal(judge(undefined, limit).verdict, "empty");
  assert.equal(judge("14,,", limit).verdict, "unreadable");
  assert.equal(judge("14", null).verdict, "plain");
  assert.equal(judge("9".repeat(400), limit).verdict, "unreadable");
});

test("the buttons move a value by a step that fits its size and never leave the number", () => {
  const limit = { comparison: "<=", value: 10 };
  assert.equal(stepped("", limit, 1), 10);
  assert.equal(stepped("10", limit, 1), 11);
  assert.equal(stepped("14,5", limit, -1), 14);
  assert.equal(stepped("0,3", limit, 1), 0.31);
  assert.equal(stepped("0", limit, -1), 0);
  assert.equal(stepped("1200", limit, 1), 1300);
});
