// The field app: which screen stands, who is in, and what the browser tells us about line, window and worker.
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { people, personForgotten } from "./account.js";
import { endScreen } from "./end-screen.js";
import { entranceOpened, entranceScreen } from "./entrance-screen.js";
import { findScreen } from "./find-screen.js";
import { icon } from "./drawings.js";
import { lookApplied } from "./look.js";
import { mapLeft, mapRedrawn, mapRepainted, mapScreen } from "./map-screen.js";
import { meScreen } from "./me-screen.js";
import { newcomerScreen } from "./newcomer-screen.js";
import { outboxScreen } from "./outbox-screen.js";
import { Phone } from "./phone.js";
import { questionScreen } from "./question-screen.js";
import { signInOpened } from "./sign-in-sheet.js";
import { parcelsOf } from "./store.js";
import { subjectScreen } from "./subject-screen.js";
import { tasksScreen } from "./tasks-screen.js";
import { languageChosen, languageKept, t, textsLoaded } from "./texts.js";
import { visitScreen } from "./visit-screen.js";
import { isWithdrawn, lostParcels, lostWith, withdrawalForgotten, withdrawalNoted, withdrawalWords } from "./withdrawal.js";
import { Worker } from "./workers.js";

const WINDOW_LOCK = "sotram-field-window";
// Left alone for so long, the phone locks itself.
const IDLE_MS = 30 * 60_000;
const STALE_MS = 15 * 60_000;
// A locked phone asks the desk that often whether it is withdrawn.
const ASK_MS = 5 * 60_000;
const NEARLY_FULL = 100_000_000;

const SCREENS = {
  tasks: tasksScreen, map: mapScreen, outbox: outboxScreen, me: meScreen, find: findScreen, newcomer: newcomerScreen,
  task: subjectScreen, place: subjectScreen,
};

function visitScreenOf(parts) {
  if (parts[2] === "q") return questionScreen;
  return parts[2] === "end" ? endScreen : visitScreen;
}

class App {
  constructor(root) {
    Object.assign(this, { root, ready: false, phone: null, people: [], notice: null, sheet: null, said: "", update: false, install: null, version: "" });
    Object.assign(this, { storage: {}, storageWarning: "", fetch_problem: "", drawn: 0, path: "", fault: "", working: false, touched: Date.now(), asked: 0, kept: new Map() });
  }

  // --- drawing ---

  /** Draw at the next frame; many wishes are one drawing. */
  draw() {
    if (!this.ready) return;
    this.drawn ||= requestAnimationFrame(() => {
      this.drawn = 0;
      this.#drawn();
    });
  }

  get parts() {
    return location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  }

  #drawn() {
    const parts = this.phone ? this.parts : ["entrance"];
    const name = parts[0] || "tasks";
    const path = this.phone ? location.hash : "entrance";
    const screen = !this.phone ? entranceScreen : name === "visit" ? visitScreenOf(parts) : SCREENS[name] ?? tasksScreen;
    if (name !== "map") mapLeft();
    render(html`${screen(this, parts)}${this.#sheet()}
      <div class="visually-hidden" role="status" aria-live="polite">${this.said}</div>`, this.root);
    this.#dialog();
    if (name === "map") mapRedrawn();
    if (path !== this.path) this.#arrived(path);
  }

  /** A new screen: at its top, with its heading read out. */
  #arrived(path) {
    const first = this.path === "";
    this.path = path;
    this.root.querySelector(".fa-main")?.scrollTo(0, 0);
    if (!first) (this.root.querySelector("#question") ?? this.root.querySelector("h1"))?.focus({ preventScroll: true });
    document.title = `${this.root.querySelector("h1")?.textContent ?? t("app.name")} · Sổ Trạm`;
    if (!this.phone) return;
    sessionStorage.setItem("sotram.field.at", location.hash);
    if (this.parts[0] === "visit") this.phone.locate(this.parts[1]);
  }

  /** The same function for as long as the app runs, so that a screen's element is prepared once. */
  once(key, work) {
    if (!this.kept.has(key)) this.kept.set(key, (element) => this.kept.get(`${key}/now`)(element));
    this.kept.set(`${key}/now`, work);
    return this.kept.get(key);
  }

  go(hash) {
    if (location.hash === hash) this.draw();
    else location.hash = hash;
  }

  /** Do one thing at a time: a second tap while the first is at work does nothing. */
  async only(work) {
    if (this.working) return;
    this.working = true;
    try {
      await work();
    } finally {
      this.working = false;
    }
  }

  /** Where an address leads nowhere any more: the day's work. */
  lost() {
    queueMicrotask(() => location.replace("#/tasks"));
    return tasksScreen(this);
  }

  say(text) {
    this.said = text;
    this.notice = { tone: "plain", text };
    this.openSheet(t("app.notice"), () => html`<p>${text}</p><button type="button" class="fa-button fa-button--primary" @click=${() => this.closeSheet()}>${t("action.ok")}</button>`);
  }

  // --- the sheet that slides over a screen ---

  openSheet(title, content, closed = () => {}) {
    this.sheet = { title, content, closed };
    this.draw();
  }

  closeSheet() {
    this.root.querySelector("dialog")?.close();
  }

  #sheet() {
    return html`<dialog class="fa-sheet" aria-labelledby="sheet-title" @close=${() => this.#sheetClosed()}>${this.sheet ? html`
      <div class="fa-sheet__head"><h2 id="sheet-title">${this.sheet.title}</h2>
      <button type="button" class="fa-icon-button" aria-label=${t("action.close")} @click=${() => this.closeSheet()}>${icon("x")}</button></div>
      <div class="fa-sheet__body">${this.sheet.content()}</div>` : html`<span id="sheet-title"></span>`}</dialog>`;
  }

  #dialog() {
    const dialog = this.root.querySelector("dialog");
    if (this.sheet && !dialog.open) dialog.showModal();
  }

  #sheetClosed() {
    const { sheet } = this;
    this.sheet = null;
    sheet?.closed();
    this.draw();
  }

  // --- coming in and leaving ---

  async opened(person, rooms) {
    const phone = new Phone({ person, rooms, settings: { tiles: this.root.dataset.tiles } });
    await phone.load();
    this.phone = phone;
    this.notice = null;
    withdrawalForgotten();
    phone.addEventListener("change", () => this.draw());
    phone.addEventListener("revoked", () => this.#revoked());
    phone.addEventListener("unwritten", ({ detail }) => this.#unwritten(detail));
    phone.receiver.addEventListener("change", () => this.#moved());
    phone.receiver.start();
    if (!location.hash || location.hash === "#/") location.replace(sessionStorage.getItem("sotram.field.at") || "#/tasks");
    if (rooms.damaged.length) this.say(t("storage.damaged", { n: rooms.damaged.length }));
    this.draw();
    navigator.storage?.persist?.().then(() => this.#measured());
    if (navigator.onLine) {
      if (!phone.kept || Date.now() - phone.kept.at > STALE_MS) this.refresh();
      phone.delivery.kick({ fresh: true });
    }
  }

  /** The app stands, locked. */
  arrived() {
    this.#withdrawn();
    this.#askedAgain();
  }

  /** Ask until there was an answer, then once in a while. */
  #askedAgain() {
    if (navigator.onLine && Date.now() - this.asked > ASK_MS) this.#askedWhileLocked();
  }

  async refresh() {
    if (this.phone.signed_out) {
      this.signInAgain();
      return;
    }
    this.worker.check();
    const failure = await this.phone.refresh();
    this.fetch_problem = !failure || failure.kind === "signed_out" ? ""
      : failure.kind === "forbidden" ? t("tasks.forbidden") : failure.kind === "line" ? t("tasks.no_line") : failure.problem?.detail ?? "";
    this.draw();
  }

  signInAgain() {
    signInOpened(this);
  }

  /** Lock: nothing readable stays in memory. */
  async locked() {
    await this.phone?.saving.catch(() => {});
    this.phone?.close();
    location.reload();
  }

  /** The desk has withdrawn this phone: everything of the person goes. */
  async #revoked() {
    const { phone } = this;
    const lost = lostWith(phone);
    phone.close();
    this.phone = null;
    await this.#wiped(phone.person, lost);
    sessionStorage.clear();
    history.replaceState(null, "", location.pathname);
    this.draw();
  }

  async #wiped(person, lost) {
    await personForgotten(person.username);
    withdrawalNoted(lost);
    this.people = await people();
    entranceOpened(this);
    this.#withdrawn();
  }

  /** Say at the entrance what a withdrawal has deleted, until somebody comes in again. */
  #withdrawn() {
    const text = withdrawalWords();
    if (text) this.notice = { tone: "warning", text };
  }

  /** While the app is locked: does the desk still know this phone? A finder with a line must not keep even what is sealed. */
  async #askedWhileLocked() {
    for (const person of this.people.filter((one) => one.phone)) {
      const answer = await isWithdrawn(person.phone);
      if (answer !== null) this.asked = Date.now();
      if (!answer || this.phone) continue;
      const parcels = await parcelsOf(person.username);
      await this.#wiped(person, lostParcels(parcels));
      this.draw();
    }
  }

  /** A fault of ours: say that nothing written is lost, and keep what it was for whoever is asked. */
  #broken(error) {
    this.fault = `${error?.name ?? "Error"}: ${error?.message ?? ""}`.slice(0, 200);
    if (this.phone && !this.sheet) this.say(t("app.broken"));
  }

  #unwritten(error) {
    this.storageWarning = error?.name === "QuotaExceededError" ? t("storage.full") : t("storage.failed");
    this.say(this.storageWarning);
  }

  #moved() {
    const [name, id] = this.parts;
    if (name === "visit") this.phone.locate(id);
    this.draw();
  }

  async #measured() {
    const estimate = (await navigator.storage?.estimate?.()) ?? {};
    this.storage = { usage: estimate.usage ?? 0, persisted: (await navigator.storage?.persisted?.()) ?? false };
    if (estimate.quota && estimate.quota - estimate.usage < NEARLY_FULL) this.storageWarning = t("storage.nearly_full");
    this.draw();
  }

  async speak(language) {
    languageKept(language);
    await textsLoaded(language, this.root.dataset[`texts${language[0].toUpperCase()}${language.slice(1)}`]);
    this.draw();
  }

  takeUpdate() {
    this.worker.takeOver();
  }

  async installed() {
    await this.install.prompt();
    this.install = null;
    this.draw();
  }

  // --- the browser ---

  listen() {
    window.addEventListener("hashchange", () => this.draw());
    window.addEventListener("unhandledrejection", ({ reason }) => this.#broken(reason));
    window.addEventListener("error", ({ error }) => this.#broken(error));
    window.addEventListener("online", () => (this.phone ? this.phone.lineChanged(true) : this.#askedAgain()));
    window.addEventListener("offline", () => this.phone?.lineChanged(false));
    window.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      this.install = event;
      this.draw();
    });
    document.addEventListener("visibilitychange", () => this.#seen(!document.hidden));
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, () => { this.touched = Date.now(); }, { passive: true });
    setInterval(() => this.#minute(), 30_000);
    new MutationObserver(mapRepainted).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme", "data-contrast"] });
  }

  #seen(visible) {
    if (!this.phone) {
      if (visible) this.#askedAgain();
      return;
    }
    if (!visible) {
      this.phone.receiver.stop();
      return;
    }
    if (this.#isIdle()) {
      this.locked();
      return;
    }
    this.phone.receiver.start();
    if (navigator.onLine) this.phone.delivery.kick();
  }

  #isIdle() {
    return Date.now() - this.touched > IDLE_MS;
  }

  #minute() {
    if (!this.phone) {
      this.#askedAgain();
      return;
    }
    if (this.#isIdle() && !this.phone.delivery.busy) this.locked();
    else this.draw();
  }

  /** One window at a time writes; the newest asked for wins, the other one stops. */
  async alone() {
    const granted = await new Promise((done) => {
      navigator.locks.request(WINDOW_LOCK, { ifAvailable: true }, (lock) => {
        done(Boolean(lock));
        return lock ? new Promise(() => {}) : null;
      }).catch(() => this.#pushedAside());
    });
    if (!granted) await this.#secondWindow();
  }

  #secondWindow() {
    return new Promise((done) => {
      const take = () => {
        navigator.locks.request(WINDOW_LOCK, { steal: true }, () => {
          done();
          return new Promise(() => {});
        }).catch(() => this.#pushedAside());
      };
      render(html`<main class="fa-entrance"><h1>Sổ Trạm</h1><p>${t("app.second_window")}</p>
        <button type="button" class="fa-button fa-button--primary" @click=${take}>${t("app.use_here")}</button></main>`, this.root);
    });
  }

  #pushedAside() {
    this.phone?.close();
    this.phone = null;
    this.draw = () => {};
    render(html`<main class="fa-entrance"><h1>Sổ Trạm</h1><p>${t("app.elsewhere")}</p></main>`, this.root);
  }
}

/** Tell whether the browser gives a page what the app stands on: secrets, storage, locks. It does over HTTPS only. */
function isPossible() {
  return Boolean(window.isSecureContext && crypto.subtle && navigator.locks && window.indexedDB);
}

async function started() {
  lookApplied();
  const root = document.getElementById("app");
  const app = new App(root);
  const language = languageChosen();
  const address = root.dataset[`texts${language[0].toUpperCase()}${language.slice(1)}`];
  await textsLoaded(language, address);
  root.replaceChildren();
  if (!isPossible()) {
    render(html`<main class="fa-entrance"><h1>Sổ Trạm</h1><p>${t("app.insecure")}</p></main>`, root);
    return;
  }
  app.worker = new Worker(app);
  app.worker.start();
  await app.alone();
  app.people = await people();
  entranceOpened(app);
  app.listen();
  app.ready = true;
  app.arrived();
  app.draw();
  performance.mark("ready");
}

started();
