// What is sealed for the server: parcels that can go while the app is closed or locked, and the file that saves everything.
import { utf8 } from "./digests.js";
import { sealedFile } from "./sealing.js";
import { bodyOf } from "./visits.js";

function sealer(phone) {
  return { id: phone.account.phone, person: phone.person.username, private_key: phone.account.private_key };
}

/** Return the entries of what is left of a visit: the form, a draft too, then the pictures. */
async function entriesOf(phone, visit) {
  const checklist = await phone.checklistOf(visit);
  const left = phone.remaining(visit);
  const form = {
    kind: "form",
    id: visit.id,
    meta: { kind: "form", uuid: visit.id, revision: visit.revision },
    body: async () => utf8(JSON.stringify(bodyOf(visit, checklist, { device: phone.device?.id ?? null }))),
  };
  const pictures = left.pictures.map((one) => ({
    kind: "photo",
    id: `${visit.id}/${one.sha256}`,
    meta: { kind: "photo", uuid: visit.id, sha256: one.sha256, type: one.type },
    body: () => phone.rooms.picture("sent", one.sha256),
  }));
  return left.form || visit.status === "draft" ? [form, ...pictures] : pictures;
}

/** Seal each part of a finished visit by itself. Without the server's key, or unknown to the desk, nothing is sealed. */
export async function parcelled(phone, visit) {
  const { seal, registered } = phone.account;
  if (!seal || !registered) return;
  for (const entry of await entriesOf(phone, visit)) {
    const file = await sealedFile(sealer(phone), seal, [entry]);
    await phone.rooms.keepParcel(entry.kind, entry.id, { visit: visit.id, file, size: file.size, state: "waiting" });
  }
}

/** Return everything that is not delivered as one sealed file, null where there is nothing or no key. */
export async function exportOf(phone) {
  if (!phone.account.seal) return null;
  const all = await Promise.all([...phone.visits.values()].map((visit) => entriesOf(phone, visit)));
  const entries = all.flat();
  return entries.length ? sealedFile(sealer(phone), phone.account.seal, entries) : null;
}
