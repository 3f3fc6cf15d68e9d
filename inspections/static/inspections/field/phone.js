// The phone in somebody's hand, unlocked: the day's work, the visits, what is being sent. Screens read it and call it;
// every change is on the disk before the call returns.
import { tokenKept } from "./account.js";
import { Album } from "./album.js";
import { Delivery, remaining, waitingIn } from "./delivery.js";
import { exportOf, parcelled } from "./parcels.js";
import { isAround, packageFetched, surroundingsFetched, tilesKept } from "./packages.js";
import { Receiver } from "./receiver.js";
import { isCorrected, sendingReturned, visitReturned } from "./returns.js";
import { phoneKeys } from "./sealing.js";
import { Failure, Server } from "./server.js";
import { picturesOf, visitChanged, visitCopied, visitFinished, visitReopened, visitStarted } from "./visits.js";

const DEFAULTS = { accuracy_warn_m: 30, far_m: 100, calibration_months: 12 };
// A visit that is delivered stays in the list for so long.
const SENT_KEPT_MS = 2 * 86_400_000;
export const SYNC_TAG = "sotram-field-outbox";

export class Phone extends EventTarget {
  constructor({ person, rooms, settings }) {
    super();
    Object.assign(this, { person, rooms, given: settings });
    this.open = true;
    this.visits = new Map();
    this.sendings = new Map();
    this.touched = new Map();
    this.checklists = new Map();
    this.album = new Album(this);
    this.kept = null;
    this.surroundings = null;
    this.fetching = null;
    this.receiver = new Receiver();
    this.signed_out = false;
    this.offline_since = navigator.onLine ? null : Date.now();
    this.unwritten = new Set();
    this.saving = Promise.resolve();
  }

  /** Read everything that lies on the phone. */
  async load() {
    const rooms = this.rooms;
    const [account, kept, surroundings, visits, sendings, checklists, instruments] = await Promise.all([
      rooms.read("account", "account"), rooms.read("package", "package"), rooms.read("package", "surroundings"),
      rooms.readAll("visit"), rooms.readAll("sending"), rooms.readAll("checklist"), rooms.read("account", "instruments"),
    ]);
    Object.assign(this, { account, kept, surroundings, instruments: instruments ?? [] });
    for (const visit of visits) this.visits.set(visit.id, visit);
    for (const sending of sendings) this.sendings.set(sending.id, sending);
    for (const list of checklists) this.checklists.set(`${list.code}/${list.version}`, list);
    this.server = new Server({ token: account.token, device: account.phone });
    this.delivery = new Delivery(this);
    this.delivery.addEventListener("change", () => this.tell());
    this.delivery.addEventListener("signed_out", () => this.#signedOut());
    this.delivery.addEventListener("revoked", () => this.dispatchEvent(new Event("revoked")));
    this.signed_out = !account.token;
    if (this.signed_out) this.delivery.stopped = "signed_out";
    await this.#tidy();
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }

  close() {
    this.open = false;
    this.delivery.close();
    this.receiver.stop();
  }

  get device() {
    return this.account.registered ? { id: this.account.phone } : null;
  }

  get package() {
    return this.kept?.value ?? null;
  }

  get settings() {
    return { ...DEFAULTS, ...this.package?.settings };
  }

  // --- line and sign-in ---

  lineChanged(online) {
    this.offline_since = online ? null : (this.offline_since ?? Date.now());
    if (online) this.delivery.kick({ fresh: true });
    this.tell();
  }

  #signedOut() {
    this.signed_out = true;
    this.tell();
  }

  async signedInAgain(token) {
    await tokenKept(this.rooms, token);
    this.account = await this.rooms.read("account", "account");
    this.server.account = { token: this.account.token, device: this.account.phone };
    this.signed_out = false;
    this.tell();
    await this.delivery.resume();
    await this.refresh();
  }

  /** Make this phone known to the desk, which can then withdraw it. A server without that list is no obstacle. */
  async #register() {
    const { phone, phone_name, public_key } = this.account;
    try {
      const answer = await this.server.registerPhone(phone, phone_name, public_key);
      this.account = { ...this.account, registered: true, seal: answer.seal ?? this.account.seal };
      await this.rooms.write("account", "account", this.account);
    } catch (failure) {
      if (!(failure instanceof Failure) || !["missing", "conflict"].includes(failure.kind)) throw failure;
      if (failure.kind === "conflict") await this.#renamed();
    }
  }

  /** The desk knows this phone's name with another key: from now on it is another phone. */
  async #renamed() {
    this.account = { ...this.account, phone: crypto.randomUUID(), registered: false, ...(await phoneKeys()) };
    await this.rooms.write("account", "account", this.account);
    this.server.account = { token: this.account.token, device: this.account.phone };
    this.person.phone = this.account.phone;
    await this.#keepPerson();
  }

  // --- the package ---

  /** Bring the day's work up to date. Returns null, or the Failure that stopped it. */
  refresh() {
    this.fetching ??= this.#refresh().finally(() => { this.fetching = null; this.tell(); });
    this.tell();
    return this.fetching;
  }

  async #refresh() {
    try {
      await this.#register();
      const { changed, value, etag } = await packageFetched(this.server, this.kept);
      this.kept = { value, etag, at: Date.now() };
      await this.rooms.write("package", "package", this.kept);
      if (value.seal && value.seal.key_id !== this.account.seal?.key_id) {
        this.account = { ...this.account, seal: value.seal };
        await this.rooms.write("account", "account", this.account);
      }
      await this.#named(value.person);
      await this.#takeBack(value);
      await this.#noteOthers(value.twice ?? []);
      this.tell();
      const here = this.receiver.now;
      if (changed || !this.surroundings || (here && !isAround(this.surroundings, here))) await this.#lookAround(value);
      return null;
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (failure.kind === "revoked") this.dispatchEvent(new Event("revoked"));
      if (failure.kind === "signed_out") this.#signedOut();
      return failure;
    }
  }

  async #named(person) {
    if (!person?.name || this.person.name === person.name) return;
    this.person.name = person.name;
    await this.#keepPerson();
  }

  async #keepPerson() {
    const { personKept } = await import("./store.js");
    await personKept(this.person);
  }

  /** Open again what the supervisor has returned, unless it was corrected here already. */
  async #takeBack(value) {
    for (const returned of value.returned ?? []) {
      const list = value.checklists.find((one) => one.code === returned.content.checklist && one.version === returned.content.checklist_version);
      if (!list || isCorrected(this.visits.get(returned.id), returned)) continue;
      const visit = visitReturned(returned);
      const sending = sendingReturned(visit);
      await this.#keepChecklist(list);
      this.sendings.set(visit.id, sending);
      await this.rooms.write("sending", visit.id, sending);
      await this.save(visit);
    }
  }

  /** Note who else has filed a visit that was delivered from here: the one that came first hears of it only now. */
  async #noteOthers(twice) {
    for (const { id, others } of twice) {
      const sending = this.sendings.get(id);
      if (sending?.form.state !== "done" || JSON.stringify(sending.form.stored.others) === JSON.stringify(others)) continue;
      sending.form.stored.others = others;
      await this.rooms.write("sending", id, sending);
    }
  }

  async #keepChecklist(list) {
    this.checklists.set(`${list.code}/${list.version}`, list);
    await this.rooms.write("checklist", `${list.code}/${list.version}`, list);
  }

  async #lookAround(value) {
    try {
      const found = await surroundingsFetched(this.server, value, this.receiver.now);
      if (found) {
        this.surroundings = found;
        await this.rooms.write("package", "surroundings", found);
      }
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
    }
    tilesKept(value, this.given.tiles).catch(() => {});
  }

  // --- what stands in the register ---

  /** Return the subject of a reference {type, ref} as the package has it: with kind, place, state. */
  subjectOf({ type, ref }) {
    const register = this.package?.register ?? { installations: [], sites: [] };
    if (type === "installation" || type === "cable_route") {
      const row = register.installations.find((one) => one.registry_number === ref);
      if (row) return { type, ref, ...row, name: row.name || row.code };
    }
    if (type === "site") {
      const row = this.sites.find((one) => one.code === ref);
      if (row) return { type, ref, ...row };
    }
    return { type, ref, name: ref ?? "", lon: null, lat: null };
  }

  /** All sites that the phone knows: those of tasks with most to say, then those around them. */
  get sites() {
    const register = this.package?.register;
    const all = [...(register?.sites ?? []), ...(register?.nearby ?? []), ...(this.surroundings?.sites ?? [])];
    return [...new Map(all.reverse().map((site) => [site.code, site])).values()];
  }

  /** The latest visit on this phone of a task, or of a subject without one. */
  visitOf(task, subject) {
    const fits = (visit) => (task ? visit.task === task.id : visit.subject.ref && visit.subject.ref === subject?.ref);
    return [...this.visits.values()].filter(fits).sort((a, b) => b.started_at.localeCompare(a.started_at))[0] ?? null;
  }

  async checklistOf(visit) {
    return this.checklists.get(`${visit.checklist}/${visit.version}`);
  }

  // --- visits ---

  /** Who else has filed the same visit, as far as this phone was told. */
  othersOf(visit) {
    return this.sendings.get(visit.id)?.form.stored?.others ?? [];
  }

  /** Tell whether the task of a draft has left the package since: filed from elsewhere, given to somebody else, or dropped. */
  isTaskGone(visit) {
    const tasks = this.package?.tasks;
    return Boolean(tasks && visit.task && visit.status === "draft" && !visit.returned) && !tasks.some((task) => task.id === visit.task);
  }

  /** Try again what the server refused of a visit's pictures, now. */
  async sendAgain(id) {
    const sending = this.sendings.get(id);
    for (const state of Object.values(sending?.pictures ?? {})) {
      if (state.state === "refused") Object.assign(state, { state: "waiting", problem: null });
    }
    await this.delivery.kick({ fresh: true, anyway: true });
  }

  async start({ subject, checklist, task = null, corrections = [] }) {
    const kept = { type: subject.type, ref: subject.ref ?? null, name: subject.name ?? "", lon: subject.lon ?? null, lat: subject.lat ?? null };
    const visit = { ...visitStarted({ subject: kept, checklist, task }), corrections, position: this.receiver.now };
    await this.#keepChecklist(checklist);
    await this.save(visit);
    return visit;
  }

  /** Keep a visit. Writes follow one another; of several that wait for the same visit only the last is made. */
  save(visit) {
    this.visits.set(visit.id, visit);
    this.touched.set(visit.id, Date.now());
    this.tell();
    if (!this.unwritten.has(visit.id)) {
      this.unwritten.add(visit.id);
      this.saving = this.saving.catch(() => {}).then(() => this.#written(visit.id));
      this.saving.catch((error) => this.dispatchEvent(new CustomEvent("unwritten", { detail: error })));
    }
    return this.saving;
  }

  async #written(id) {
    this.unwritten.delete(id);
    const visit = this.visits.get(id);
    if (visit) await this.rooms.write("visit", id, visit);
  }

  change(id, change) {
    return this.save(visitChanged(this.visits.get(id), change));
  }

  /** Note the most accurate position of the visit. */
  locate(id) {
    const visit = this.visits.get(id);
    const fix = this.receiver.now;
    if (!fix || visit?.status !== "draft") return;
    const before = visit.position?.accuracy_m ?? Infinity;
    if (fix.accuracy_m < before * 0.9) this.change(id, { position: fix });
  }

  async finish(id) {
    this.locate(id);
    const visit = visitFinished(this.visits.get(id));
    await this.save(visit);
    await this.#parcel(visit);
    this.#askBackground();
    this.delivery.kick({ fresh: true });
  }

  /** Seal a visit for the background. Where that fails, for want of space say, the app itself sends it all the same. */
  async #parcel(visit) {
    try {
      await parcelled(this, visit);
    } catch (error) {
      console.warn("not sealed for the background:", error);
    }
  }

  async reopen(id) {
    const sending = this.sendings.get(id);
    if (sending) {
      sending.form = { state: "waiting", failures: 0, next_at: 0, problem: null, done_at: null };
      sending.done_at = null;
      await this.rooms.write("sending", id, sending);
    }
    await this.rooms.removeParcel("form", id);
    await this.save(visitReopened(this.visits.get(id)));
  }

  /** File a visit beside the one that the server has: both are kept, the desk sees the conflict. */
  async fileBeside(id) {
    const visit = visitCopied(this.visits.get(id));
    for (const one of picturesOf(visit)) {
      if (!(await this.album.hadBack(id, one.sha256))) return false;
    }
    await this.save(visit);
    await this.#parcel(visit);
    await this.#forget(id, { pictures: false });
    this.delivery.kick({ fresh: true });
    return true;
  }

  /** Throw a visit away with its pictures. The screens ask first. */
  async discard(id) {
    await this.#forget(id, { pictures: true });
    this.tell();
  }

  async #forget(id, { pictures }) {
    const visit = this.visits.get(id);
    this.visits.delete(id);
    this.sendings.delete(id);
    await this.rooms.removeParcel("form", id);
    for (const one of picturesOf(visit)) {
      await this.rooms.removeParcel("photo", `${id}/${one.sha256}`);
      if (pictures) await this.album.drop(id, one.sha256);
    }
    await this.rooms.remove("sending", id);
    await this.rooms.remove("visit", id);
  }

  /** Delivered visits leave the list after two days; pictures nobody names any more leave with them. */
  async #tidy() {
    for (const [id, sending] of this.sendings) {
      const visit = this.visits.get(id);
      if (!visit) {
        this.sendings.delete(id);
        await this.rooms.remove("sending", id);
      } else if (sending.done_at && Date.now() - Date.parse(sending.done_at) > SENT_KEPT_MS) {
        await this.#forget(id, { pictures: true });
      }
    }
  }

  // --- instruments ---

  async keepInstrument(instrument) {
    this.instruments = [instrument, ...this.instruments.filter((one) => one.serial !== instrument.serial)].slice(0, 30);
    await this.rooms.write("account", "instruments", this.instruments);
  }

  // --- what is not sent yet ---

  get unsent() {
    return waitingIn(this.visits.values(), this.sendings);
  }

  remaining(visit) {
    return remaining(visit, this.sendings.get(visit.id));
  }

  /** Everything that is not delivered, drafts too, as one sealed file; null where nothing is, or no key is known. */
  exported() {
    return exportOf(this);
  }

  /** Ask the browser to wake our worker when the line is back, should the app be closed by then. */
  #askBackground() {
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register(SYNC_TAG)).catch(() => {});
  }
}
