// A checklist on the phone: its questions in order, what counts as answered, what is still missing.
import { judge } from "./measures.js";

/** Return the outcome of an answer: the limit's or the choice's where they decide, else the inspector's. */
export function outcomeOf(item, answer) {
  if (!answer) return "";
  if (answer.outcome === "na") return "na";
  if (item.kind === "number" && item.limit) {
    const { verdict } = judge(answer.value, item.limit, item.unit);
    return verdict === "pass" || verdict === "fail" ? verdict : "";
  }
  if (item.kind === "choice") {
    const choice = item.choices.find((one) => one.code === answer.value);
    return choice ? (choice.outcome || answer.outcome || "pass") : "";
  }
  return answer.outcome || "";
}

/** Tell whether an item is answered, with *photos* the number of its photos. */
export function isAnswered(item, answer, photos = 0) {
  if (answer?.outcome === "na") return true;
  switch (item.kind) {
    case "pass_fail": return Boolean(answer?.outcome);
    case "number": {
      const { verdict } = judge(answer?.value, item.limit, item.unit);
      return verdict === "pass" || verdict === "fail" || (verdict === "plain" && Boolean(answer.outcome));
    }
    case "photo": return photos > 0;
    default: return Boolean(answer?.value);
  }
}

/** Tell whether an item wants a photo that is not there, given its answer and the number of photos. */
export function lacksPhoto(item, answer, photos) {
  const outcome = outcomeOf(item, answer);
  const wanted = (item.photo === "required" && outcome !== "na") || (item.photo === "on_fail" && outcome === "fail");
  return wanted && photos === 0;
}

/** Tell whether a measured value lacks the instrument it was measured with. */
export function lacksInstrument(item, answer) {
  return Boolean(item.instrument && answer?.value && answer.outcome !== "na" && !answer.instrument?.serial);
}

/** Tell whether an instrument's calibration has run out on *day*: its own end, or *months* after it was calibrated. */
export function calibrationExpired(instrument, day, months) {
  if (!instrument) return false;
  if (instrument.valid_until) return instrument.valid_until < day;
  if (!instrument.calibrated_on) return false;
  const end = new Date(`${instrument.calibrated_on}T00:00:00Z`);
  end.setUTCMonth(end.getUTCMonth() + months);
  return end.toISOString().slice(0, 10) < day;
}

/** Return the checklists for a subject: {type, kind}; those for its kind first. */
export function checklistsFor(checklists, subject) {
  const fits = (list, word) => list.subjects.includes(word);
  const exact = checklists.filter((list) => subject.kind && fits(list, subject.kind));
  const broad = checklists.filter((list) => !exact.includes(list) && fits(list, subject.type));
  return [...exact, ...broad];
}

/** Return what is missing for a complete form: [{item, what: answer|photo|instrument|value|negative}] in the checklist's order. */
export function missingIn(checklist, visit) {
  const found = [];
  for (const item of checklist.items) {
    const answer = visit.answers[item.code];
    const photos = visit.photos.filter((photo) => photo.item === item.code).length;
    const verdict = item.kind === "number" && answer?.outcome !== "na" ? judge(answer?.value, item.limit, item.unit).verdict : "";
    if (verdict === "unreadable") found.push({ item, what: "value" });
    else if (verdict === "negative") found.push({ item, what: "negative" });
    else if (!isAnswered(item, answer, photos)) found.push({ item, what: "answer" });
    else if (lacksPhoto(item, answer, photos)) found.push({ item, what: "photo" });
    else if (lacksInstrument(item, answer)) found.push({ item, what: "instrument" });
  }
  return found;
}

/** Return {done, total, failed} of a visit. */
export function progressOf(checklist, visit) {
  const counted = { done: 0, total: checklist.items.length, failed: 0 };
  for (const item of checklist.items) {
    const answer = visit.answers[item.code];
    if (isAnswered(item, answer, visit.photos.filter((photo) => photo.item === item.code).length)) counted.done += 1;
    if (outcomeOf(item, answer) === "fail") counted.failed += 1;
  }
  return counted;
}
