// Sends what is finished, forms first, then pictures, one after the other: a weak line carries one thing at a time.
// Nothing leaves the phone's store before the server has confirmed it by digest. One window sends at a time.
import { LONGEST_MS, pauseAfter } from "./pauses.js";
import { Failure } from "./server.js";
import { bodyOf, isStored, picturesOf, waiting } from "./visits.js";

export const SENDING_LOCK = "sotram-field-sending";
// A draft is sent for safety's sake when it has rested for so long.
const RESTED_MS = 20_000;

/** Return a new sending record of a visit: what became of its form and of each picture. */
function sendingOf(visit) {
  return { id: visit.id, form: waiting(), draft: -1, pictures: {}, done_at: null };
}

/** Return what is left to send of a visit: {form: bool, pictures: [..]}. */
export function remaining(visit, sending) {
  const states = sending?.pictures ?? {};
  return {
    form: visit.status === "submitted" && sending?.form.state !== "done",
    pictures: picturesOf(visit).filter((one) => states[one.sha256]?.state !== "done"),
  };
}

/** Return how many forms and pictures wait, and their bytes. */
export function waitingIn(visits, sendings) {
  const sum = { forms: 0, pictures: 0, bytes: 0, items: 0 };
  for (const visit of visits) {
    const left = remaining(visit, sendings.get(visit.id));
    sum.forms += left.form ? 1 : 0;
    sum.pictures += left.pictures.length;
    sum.bytes += left.pictures.reduce((total, one) => total + (one.size ?? 0), 0);
  }
  sum.items = sum.forms + sum.pictures;
  return sum;
}

export class Delivery extends EventTarget {
  /** *phone* gives visits, sendings, rooms, server; see phone.js. */
  constructor(phone) {
    super();
    this.phone = phone;
    this.busy = false;
    this.wanted = false;
    this.stopped = null;
    this.timer = 0;
    this.current = null;
    // Failures of the line one after the other; anything that gets through ends the row.
    this.broken = 0;
    this.line_at = 0;
  }

  // --- when to send ---

  /**
   * Send now what may be sent. *fresh* forgets the pauses (the line is back, a person asked); *anyway* tries though the
   * browser says that there is no line.
   */
  async kick({ fresh = false, anyway = false } = {}) {
    if (fresh) this.#forgetPauses();
    this.wanted = true;
    if (this.busy || this.stopped === "closed" || (!navigator.onLine && !anyway)) return;
    this.busy = true;
    try {
      await navigator.locks.request(SENDING_LOCK, () => this.#run());
    } finally {
      this.busy = false;
      this.current = null;
      this.#tell();
    }
    this.#plan();
  }

  close() {
    this.stopped = "closed";
    clearTimeout(this.timer);
  }

  /** The person has signed in again: go on. */
  resume() {
    this.stopped = null;
    return this.kick({ fresh: true });
  }

  #forgetPauses() {
    this.broken = 0;
    this.line_at = 0;
    for (const sending of this.phone.sendings.values()) {
      for (const state of [sending.form, ...Object.values(sending.pictures)]) {
        if (state.state === "waiting") state.next_at = 0;
      }
    }
  }

  /** Set the clock for the next attempt. */
  #plan() {
    clearTimeout(this.timer);
    if (this.stopped || !this.phone.open || !navigator.onLine) return;
    const times = [];
    for (const visit of this.phone.visits.values()) {
      const sending = this.phone.sendings.get(visit.id);
      const left = remaining(visit, sending);
      if (left.form && (sending?.form.state ?? "waiting") === "waiting") times.push(sending?.form.next_at ?? 0);
      for (const one of left.pictures) {
        const state = sending?.pictures[one.sha256];
        if ((state?.state ?? "waiting") === "waiting") times.push(state?.next_at ?? 0);
      }
    }
    if (!times.length) return;
    const next = Math.max(Math.min(...times), this.line_at);
    const pause = Math.min(Math.max(next - Date.now(), 500), LONGEST_MS);
    this.timer = setTimeout(() => this.kick(), pause);
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }

  // --- sending ---

  async #run() {
    while (this.wanted && !this.stopped && this.phone.open && this.line_at <= Date.now()) {
      this.wanted = false;
      const visits = [...this.phone.visits.values()].sort((a, b) => a.started_at.localeCompare(b.started_at));
      for (const visit of visits) if (!(await this.#form(visit.id))) return;
      if (!(await this.#pictures(visits))) return;
      for (const visit of visits) if (!(await this.#draft(visit.id))) return;
    }
  }

  async #sending(visit) {
    let sending = this.phone.sendings.get(visit.id);
    if (!sending) {
      sending = (await this.phone.rooms.read("sending", visit.id)) ?? sendingOf(visit);
      this.phone.sendings.set(visit.id, sending);
    }
    return sending;
  }

  async #keep(sending) {
    await this.phone.rooms.write("sending", sending.id, sending);
    this.#tell();
  }

  /** Send the form of a finished visit. False: the line is gone, stop. */
  async #form(id) {
    const visit = this.phone.visits.get(id);
    if (visit?.status !== "submitted") return true;
    const sending = await this.#sending(visit);
    if (sending.form.state !== "waiting" || sending.form.next_at > Date.now()) return true;
    this.current = { id, form: true };
    this.#tell();
    const checklist = await this.phone.checklistOf(visit);
    const body = bodyOf(visit, checklist, { device: this.phone.device?.id ?? null });
    try {
      const stored = await this.phone.server.putForm(id, body);
      this.#through();
      if (!isStored(stored, body, id)) throw new Failure("later");
      sending.form = { ...waiting(), state: "done", done_at: new Date().toISOString(), stored: summaryOf(stored) };
      await this.phone.rooms.removeParcel("form", id);
      await this.#finished(visit, sending);
      await this.#keep(sending);
      return true;
    } catch (failure) {
      return this.#failed(failure, sending, sending.form, body);
    }
  }

  /**
   * Send the pictures of all visits; those that failed least go first, so that none holds up the others for ever. Each
   * question about what has arrived is followed by a picture: on a line that drops by a pattern something always gets on.
   */
  async #pictures(visits) {
    const queue = [];
    for (const visit of visits) {
      const sending = await this.#sending(visit);
      const due = remaining(visit, sending).pictures.filter((one) => isDue(sending.pictures[one.sha256]));
      queue.push(...due.map((one) => ({ visit, sending, one, failures: sending.pictures[one.sha256]?.failures ?? 0 })));
      await this.#finished(visit, sending);
    }
    const asked = new Set();
    for (const { visit, sending, one, failures } of queue.sort((a, b) => a.failures - b.failures)) {
      if (!this.phone.visits.has(visit.id)) continue;
      if (failures && !asked.has(visit.id)) {
        asked.add(visit.id);
        if (!(await this.#skipArrived(visit, sending, one))) return false;
      }
      if (sending.pictures[one.sha256]?.state !== "done" && !(await this.#picture(visit, sending, one))) return false;
      await this.#finished(visit, sending);
    }
    return true;
  }

  /** Where an attempt failed before, the bytes may have arrived and only the answer was lost: ask before sending again. */
  async #skipArrived(visit, sending, first) {
    try {
      const arrived = await this.phone.server.arrived(visit.id);
      this.#through();
      for (const one of remaining(visit, sending).pictures) {
        if (arrived.get(one.sha256) === one.size) await this.#confirmed(sending, one);
      }
      return true;
    } catch (failure) {
      return this.#failed(failure, sending, (sending.pictures[first.sha256] ??= waiting()));
    }
  }

  async #picture(visit, sending, one) {
    const state = (sending.pictures[one.sha256] ??= waiting());
    this.current = { id: visit.id, sha256: one.sha256 };
    this.#tell();
    const bytes = await this.phone.rooms.picture("sent", one.sha256);
    if (!bytes) {
      Object.assign(state, { state: "refused", problem: { code: "photo.lost" } });
      await this.#keep(sending);
      return true;
    }
    try {
      const stored = await this.phone.server.putPicture(visit.id, one.sha256, bytes, one.type);
      this.#through();
      if (stored.sha256 !== one.sha256 || stored.size !== bytes.length || !stored.received_at) throw new Failure("later");
      await this.#confirmed(sending, one);
      return true;
    } catch (failure) {
      return this.#failed(failure, sending, state);
    }
  }

  /** The server has this picture: note it first, then delete the bytes here. The small likeness stays for the list. */
  async #confirmed(sending, one) {
    sending.pictures[one.sha256] = { ...waiting(), state: "done", done_at: new Date().toISOString() };
    await this.#keep(sending);
    await this.phone.rooms.removeParcel("photo", `${sending.id}/${one.sha256}`);
    if (!this.#isWanted(one.sha256)) await this.phone.rooms.removePicture("sent", one.sha256);
  }

  /** Tell whether a visit still has to send this picture; two visits may hold the same one. */
  #isWanted(sha256) {
    return [...this.phone.visits.values()].some((visit) => this.phone.remaining(visit).pictures.some((one) => one.sha256 === sha256));
  }

  async #finished(visit, sending) {
    const left = remaining(visit, sending);
    if (visit.status !== "submitted" || left.form || left.pictures.length || sending.done_at) return;
    sending.done_at = new Date().toISOString();
    await this.#keep(sending);
  }

  /** A draft that rests is sent as a draft, so that a lost phone loses less; whatever goes wrong with it is not said. */
  async #draft(id) {
    const visit = this.phone.visits.get(id);
    if (visit?.status !== "draft" || visit.returned || !Object.keys(visit.answers).length) return true;
    const sending = await this.#sending(visit);
    if (sending.draft >= visit.revision || Date.now() - (this.phone.touched.get(id) ?? 0) < RESTED_MS) return true;
    const checklist = await this.phone.checklistOf(visit);
    try {
      await this.phone.server.putForm(id, bodyOf(visit, checklist, { device: this.phone.device?.id ?? null }));
    } catch (failure) {
      if (failure.kind === "signed_out" || failure.kind === "revoked") return this.#failed(failure, sending, waiting());
      if (failure.passing) return true;
    }
    sending.draft = visit.revision;
    await this.#keep(sending);
    return true;
  }

  /** Something got through: the line holds. */
  #through() {
    this.broken = 0;
    this.line_at = 0;
  }

  /** Note a failure on the form or picture *state*. True: others may still go; false: stop this round. */
  async #failed(failure, sending, state, body = null) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.kind === "revoked" || failure.kind === "signed_out") {
      this.stopped = failure.kind;
      this.dispatchEvent(new CustomEvent(failure.kind));
      return false;
    }
    state.failures += 1;
    state.problem = problemOf(failure, body);
    if (failure.kind === "line") {
      this.broken += 1;
      this.line_at = Date.now() + pauseAfter(this.broken);
      state.next_at = this.line_at;
    } else if (failure.passing) {
      state.next_at = Date.now() + pauseAfter(state.failures, failure.wait);
    } else {
      state.state = failure.kind === "conflict" || failure.kind === "missing" ? "conflict" : "refused";
      state.stored = failure.problem?.stored ?? null;
    }
    await this.#keep(sending);
    return failure.kind !== "line";
  }
}

function isDue(state) {
  return !state || (state.state === "waiting" && state.next_at <= Date.now());
}

/** Keep what the server said; errors that point at an answer get the code of its question. */
function problemOf(failure, body) {
  const { status, problem, kind } = failure;
  const errors = (problem?.errors ?? []).map((error) => {
    const place = /^\/answers\/(\d+)/.exec(error.pointer)?.[1];
    return { ...error, item: body?.answers[place]?.item ?? null };
  });
  return { kind, status, detail: problem?.detail ?? "", errors };
}

function summaryOf(stored) {
  return {
    number: stored.number,
    result: stored.result,
    received_at: stored.received_at,
    others: (stored.conflicts ?? []).map(({ number, inspector, finished_at }) => ({ number, inspector, finished_at })),
    findings: (stored.findings ?? []).map((row) => ({ text: row.text, severity: row.severity, due: row.due ?? row.due_on ?? null })),
  };
}
