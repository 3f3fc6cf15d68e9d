// Measured values: read as people type them, held against the limit. The server judges again, with the same results;
// both are tested with tests/inspections/measures.json.

// Sign of thousands -> numbers written with it: at least two groups, or one and a decimal part.
const GROUPED = {
  ".": /^[+-]?\d{1,3}((\.\d{3}){2,}(,\d+)?|\.\d{3},\d+)$/,
  ",": /^[+-]?\d{1,3}((,\d{3}){2,}(\.\d+)?|,\d{3}\.\d+)$/,
};
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;
const DECIMAL_OF = { ".": ",", ",": "." };
// Noise of floating point must not fail a value that equals its limit.
const TOLERANCE = 1e-9;

/** Return the number in *text* ("14", "8,4", "1.234,5"), NaN where it is none. */
export function parseNumber(text) {
  let bare = String(text).replace(/\s/g, "").replace("−", "-");
  for (const [group, decimal] of Object.entries(DECIMAL_OF)) {
    if (GROUPED[group].test(bare)) {
      bare = bare.split(group).join("").replace(decimal, ".");
      break;
    }
  }
  if (!NUMBER.test(bare)) return NaN;
  const number = Number(bare.replace(",", "."));
  return Number.isFinite(number) ? number : NaN;
}

// Units of sizes, which are never below zero; levels and temperatures may be.
const SIZES = new Set(["ohm", "W/m2", "V/m", "A/m", "mm/m", "m", "mm", "m2"]);

/** Tell whether *number* meets the limit; a value equal to it meets "<=" and ">=". */
export function holds(number, comparison, limit) {
  const slack = TOLERANCE * Math.max(1, Math.abs(limit));
  const difference = number - limit;
  switch (comparison) {
    case "<=": return difference <= slack;
    case "<": return difference < -slack;
    case ">=": return difference >= -slack;
    case ">": return difference > slack;
    case "=": return Math.abs(difference) <= slack;
    default: throw new Error(`no comparison: ${comparison}`);
  }
}

/**
 * Judge what was typed for a measured item: {verdict, number}.
 * verdict: empty, unreadable, negative (a size below zero), pass, fail, or plain (a number without a limit: the
 * inspector judges).
 */
export function judge(text, limit, unit = "") {
  if (text === null || text === undefined || String(text).trim() === "") return { verdict: "empty", number: null };
  const number = parseNumber(text);
  if (Number.isNaN(number)) return { verdict: "unreadable", number: null };
  if (number < 0 && SIZES.has(unit)) return { verdict: "negative", number: null };
  if (!limit) return { verdict: "plain", number };
  return { verdict: holds(number, limit.comparison, limit.value) ? "pass" : "fail", number };
}

const PRINTED = { ohm: "Ω", "W/m2": "W/m²", m2: "m²" };

/** Return a unit as it is printed. */
export function printedUnit(unit) {
  return PRINTED[unit] ?? unit;
}

/** Return by how much the buttons − and + change a value: small steps for small numbers. */
export function stepFor(number, limit) {
  const size = Math.abs(number) || Math.abs(limit?.value ?? 0) || 1;
  return 10 ** Math.floor(Math.log10(size) - 1 + 1e-9);
}

/** Return *text* moved by one step up or down, rounded to the step, never below zero unless it was. */
export function stepped(text, limit, direction) {
  const number = parseNumber(text);
  const start = Number.isNaN(number) ? (limit?.value ?? 0) : number;
  if (Number.isNaN(number)) return start;
  const step = stepFor(start, limit);
  const moved = Math.round((start + direction * step) / step) * step;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Number((start >= 0 ? Math.max(0, moved) : moved).toFixed(digits));
}
