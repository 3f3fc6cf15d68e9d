// The map: tasks with their state, other sites around them, where the phone is. The list is its equal for keyboard and speech.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import { icon, stateOf } from "./drawings.js";
import { accuracy, distance } from "./figures.js";
import { head, screen } from "./frame.js";
import { addressOf, isDone, reasonOf, rowsOf } from "./tasks-screen.js";
import { t } from "./texts.js";

const NEAR_ZOOM = 15;
// Things so near one another on the screen are one finger's touch: all of them are listed.
const TOUCH_PX = 18;
let shown = null;
let chosen = [];

function loaded(app) {
  if (window.L) return Promise.resolve();
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: app.root.dataset.leafletCss });
  const script = Object.assign(document.createElement("script"), { src: app.root.dataset.leaflet });
  const done = Promise.all([sheet, script].map((one) => new Promise((resolve, reject) => {
    one.onload = resolve;
    one.onerror = () => reject(new Error("the map's files are not there"));
  })));
  document.head.append(sheet, script);
  return done;
}

/** Everything that is drawn on one element for as long as the screen stands. */
class Shown {
  constructor(app, element, at) {
    this.app = app;
    this.marks = new Map();
    const bounds = this.bounds();
    this.map = window.L.map(element, { zoomControl: false, minZoom: 5, maxZoom: 18, attributionControl: Boolean(app.root.dataset.tiles), keyboard: false });
    if (at) this.map.setView([at.lat, at.lon], NEAR_ZOOM);
    else if (bounds) this.map.fitBounds(bounds, { padding: [36, 36], maxZoom: NEAR_ZOOM });
    else this.map.setView([16.2, 107], 5);
    this.tiles();
    this.sites();
    this.draw();
  }

  bounds() {
    const points = rowsOf(this.app.phone).map((row) => row.subject).filter((one) => Number.isFinite(one.lon));
    return points.length ? points.map((one) => [one.lat, one.lon]) : null;
  }

  tiles() {
    const { tiles, attribution } = this.app.root.dataset;
    if (tiles) window.L.tileLayer(tiles, { attribution, maxNativeZoom: 16, crossOrigin: "" }).addTo(this.map);
  }

  async ground() {
    const around = this.app.phone.surroundings;
    if (!around) return;
    const { Ground } = await import("./ground.js");
    if (shown !== this) return;
    this.drawnGround = new Ground(this.map, around, { withAreas: !this.app.root.dataset.tiles });
  }

  sites() {
    const renderer = window.L.canvas({ padding: 0.3 });
    const colour = getComputedStyle(this.map.getContainer()).getPropertyValue("--map-site").trim();
    const visited = new Set(rowsOf(this.app.phone).map((row) => row.subject.site ?? row.subject.ref));
    for (const site of this.app.phone.sites.filter((one) => Number.isFinite(one.lon) && !visited.has(one.code))) {
      const dot = window.L.circleMarker([site.lat, site.lon], { renderer, radius: 4, weight: 1.5, color: colour, fillColor: colour, fillOpacity: 0.25 });
      dot.on("click", (event) => this.pick(event.latlng));
      dot.addTo(this.map);
    }
  }

  /** Choose everything under a finger: tasks first, then sites that no task stands for. */
  pick(at) {
    const centre = this.map.latLngToContainerPoint(at);
    const touched = (one) => Number.isFinite(one.lon) && this.map.latLngToContainerPoint([one.lat, one.lon]).distanceTo(centre) <= TOUCH_PX;
    const tasks = rowsOf(this.app.phone).filter((row) => touched(row.subject)).map(taskChoice);
    const sites = this.app.phone.sites.filter(touched).map(siteChoice);
    chosen = tasks.length ? tasks : sites;
    this.app.draw();
  }

  /** Bring marks of tasks and the phone's place up to date. */
  draw() {
    for (const row of rowsOf(this.app.phone)) {
      if (!Number.isFinite(row.subject.lon)) continue;
      const look = `${stateOf(row.subject.safety)}${isDone(row) ? " done" : ""}`;
      const before = this.marks.get(row.key);
      if (before?.look === look) continue;
      before?.mark.remove();
      const mark = window.L.marker([row.subject.lat, row.subject.lon], { icon: symbol(row), keyboard: false });
      mark.on("click", (event) => this.pick(event.latlng));
      this.marks.set(row.key, { look, mark: mark.addTo(this.map) });
    }
    this.place();
  }

  place() {
    const fix = this.app.phone.receiver.fix;
    if (!fix) return;
    const at = [fix.lat, fix.lon];
    if (!this.me) {
      const accent = getComputedStyle(document.documentElement).getPropertyValue("--st-accent").trim();
      // Above the names, else the phone's own place could lie hidden under one.
      this.map.createPane("me").style.zIndex = 550;
      this.range = window.L.circle(at, { pane: "me", radius: fix.accuracy_m, weight: 1, color: accent, fillColor: accent, fillOpacity: 0.12, interactive: false }).addTo(this.map);
      this.me = window.L.circleMarker(at, { pane: "me", radius: 7, weight: 3, color: "#fff", fillColor: accent, fillOpacity: 1, interactive: false }).addTo(this.map);
    }
    this.me.setLatLng(at);
    this.range.setLatLng(at).setRadius(fix.accuracy_m);
  }

  toMe() {
    const fix = this.app.phone.receiver.fix;
    if (fix) this.map.setView([fix.lat, fix.lon], NEAR_ZOOM);
  }

  all() {
    const bounds = this.bounds();
    if (bounds) this.map.fitBounds(bounds, { padding: [36, 36], maxZoom: NEAR_ZOOM });
  }
}

function taskChoice(row) {
  const { subject } = row;
  const below = [subject.ref, subject.organization, distance(row.metres)].filter(Boolean).join(" · ");
  return { href: addressOf(row), name: subject.name || subject.ref, below, reason: reasonOf(row), state: stateOf(subject.safety) };
}

function siteChoice(site) {
  const below = [site.code, (site.operators ?? []).join(", ")].filter(Boolean).join(" · ");
  return { href: `#/place/site/${encodeURIComponent(site.code)}`, name: site.name || site.code, below, reason: site.safety ? t(`state.${stateOf(site.safety)}`) : "", state: stateOf(site.safety) };
}

function symbol(row) {
  const code = stateOf(row.subject.safety);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `st-symbol st-symbol--${code} fa-mark-on-map${isDone(row) ? " fa-mark-on-map--done" : ""}`);
  svg.setAttribute("viewBox", "-2 -2 20 20");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#s-${code}`);
  svg.append(use);
  return window.L.divIcon({ html: svg.outerHTML, className: "fa-marker", iconSize: [32, 32] });
}

export function mapLeft() {
  shown?.map.remove();
  shown = null;
  chosen = [];
}

export function mapRedrawn() {
  shown?.draw();
}

export function mapRepainted() {
  shown?.drawnGround?.redraw();
}

function picked() {
  if (!chosen.length) return nothing;
  return html`<ul class="fa-map__cards fa-list">${chosen.map((one) => html`<li><a class="fa-card fa-task" href=${one.href}><span class="fa-task__text">
    <span class="fa-task__line"><b>${one.name}</b></span><span class="fa-task__below">${one.below}</span>
    ${one.reason ? html`<span class="fa-reason fa-reason--${one.state}">${one.reason}</span>` : nothing}</span>${icon("chevron-right")}</a></li>`)}</ul>`;
}

export function mapScreen(app, [, point]) {
  const [lon, lat] = (point ?? "").split(",").map(Number);
  const at = Number.isFinite(lon) && Number.isFinite(lat) ? { lon, lat } : null;
  const place = async (element) => {
    if (!element || shown?.map.getContainer() === element) return;
    await loaded(app);
    if (!element.isConnected) return;
    shown = new Shown(app, element, at);
    await shown.ground();
  };
  const fix = app.phone.receiver.fix;
  const where = fix ? t("map.here", { accuracy: accuracy(fix.accuracy_m) }) : t(`gps.${app.phone.receiver.error ?? "waiting"}`);
  const body = html`
    <div class="fa-map__box" role="application" aria-label=${t("map.label")} ${ref(app.once("map", place))}></div>
    <div class="fa-map__tools">
      <button type="button" aria-label=${t("map.closer")} @click=${() => shown?.map.zoomIn()}>${icon("plus")}</button>
      <button type="button" aria-label=${t("map.farther")} @click=${() => shown?.map.zoomOut()}>${icon("minus")}</button>
      <button type="button" aria-label=${t("map.to_me")} ?disabled=${!fix} @click=${() => shown?.toMe()}>${icon("current-location")}</button>
      <button type="button" aria-label=${t("map.all")} @click=${() => shown?.all()}>${icon("checklist")}</button>
    </div>
    ${picked()}`;
  return screen({ app, top: head(app, t("tabs.map"), where), body, tab: "map", class: "fa-map" });
}
