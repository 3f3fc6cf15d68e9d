// Where the phone is, as its receiver says, with the accuracy it claims.

const OLD_MS = 60_000;
// A receiver that stands still may fall silent: it is asked again.
const ASK_MS = 20_000;
const HOW = { enableHighAccuracy: true, maximumAge: 5_000, timeout: 60_000 };

export class Receiver extends EventTarget {
  constructor() {
    super();
    this.fix = null;
    this.error = null;
    this.watch = null;
  }

  /** Listen as long as the page is looked at. */
  start() {
    if (this.watch !== null) return;
    if (!navigator.geolocation || !window.isSecureContext) {
      this.#failed("none");
      return;
    }
    const found = (position) => this.#found(position);
    this.watch = navigator.geolocation.watchPosition(found, (error) => this.#failed(error), HOW);
    this.timer = setInterval(() => {
      if (!this.fix || Date.now() - this.fix.at > ASK_MS) navigator.geolocation.getCurrentPosition(found, () => {}, HOW);
    }, ASK_MS);
  }

  stop() {
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    this.watch = null;
    clearInterval(this.timer);
  }

  #found({ coords, timestamp }) {
    this.error = null;
    this.fix = {
      lon: Math.round(coords.longitude * 1e7) / 1e7,
      lat: Math.round(coords.latitude * 1e7) / 1e7,
      accuracy_m: Math.round(coords.accuracy * 10) / 10,
      at: Number(timestamp) || Date.now(),
    };
    this.dispatchEvent(new Event("change"));
  }

  #failed(error) {
    this.error = error === "none" ? "none" : { 1: "denied", 2: "off", 3: "slow" }[error.code] ?? "off";
    this.dispatchEvent(new Event("change"));
  }

  /** The position now, null where there is none or it is older than a minute. */
  get now() {
    return this.fix && Date.now() - this.fix.at <= OLD_MS ? this.fix : null;
  }
}
