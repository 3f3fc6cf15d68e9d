// A phone that the desk has withdrawn: whether it is, what goes with it, and what its person is told afterwards.
import { day } from "./figures.js";
import { Failure, Server } from "./server.js";
import { t } from "./texts.js";

// Holds when it happened and how much was lost, nothing of what it was.
const NOTE = "sotram.field.withdrawn";

/** Ask the desk about a phone by its name alone: true only on its plain word, null where it did not answer. */
export async function isWithdrawn(phone) {
  try {
    await new Server({ device: phone }).get(`/fieldwork/devices/${phone}/`);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return failure.passing ? null : failure.kind === "revoked";
  }
  return false;
}

/** Count what the office does not have of an unlocked phone. */
export function lostWith(phone) {
  const { forms, pictures } = phone.unsent;
  const drafts = [...phone.visits.values()].filter((visit) => visit.status === "draft" && !visit.returned).length;
  return { forms, pictures, drafts };
}

/** Count what the office does not have of a locked phone, as far as it can be told: drafts are not readable. */
export function lostParcels(parcels) {
  const waiting = parcels.filter((parcel) => parcel.state !== "taken");
  const forms = waiting.filter((parcel) => parcel.kind === "form").length;
  return { forms, pictures: waiting.length - forms, drafts: 0 };
}

export function withdrawalNoted(lost) {
  localStorage.setItem(NOTE, JSON.stringify({ ...lost, at: Date.now() }));
}

export function withdrawalForgotten() {
  localStorage.removeItem(NOTE);
}

/** Say what happened; empty where nothing did. */
export function withdrawalWords() {
  const kept = localStorage.getItem(NOTE);
  if (!kept) return "";
  const { forms, pictures, drafts, at } = JSON.parse(kept);
  const lost = [forms && t("withdrawn.forms", { n: forms }), pictures && t("withdrawn.pictures", { n: pictures }), drafts && t("withdrawn.drafts", { n: drafts })];
  const what = lost.filter(Boolean).join(", ");
  return [t("withdrawn.wiped", { day: day(new Date(at).toISOString()) }), what ? t("withdrawn.lost", { what }) : t("withdrawn.nothing_lost"), t("withdrawn.next")].join(" ");
}
