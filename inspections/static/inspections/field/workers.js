// The service worker as the app sees it: registered, renewed, asked for its version, answered when it wants to send.

export class Worker {
  constructor(app) {
    this.app = app;
    this.waiting = null;
    this.wanted = false;
  }

  async start() {
    if (!navigator.serviceWorker) return;
    const { worker, scope } = this.app.root.dataset;
    navigator.serviceWorker.addEventListener("message", (event) => this.#asked(event));
    navigator.serviceWorker.addEventListener("controllerchange", () => this.#changed());
    try {
      this.registration = await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
    } catch (error) {
      // Without it the app works with a line only; the screen "Me" shows that no version is kept.
      console.info("The app cannot be kept on this phone:", error.message);
      return;
    }
    this.#watch();
    this.#version();
  }

  /** Ask for a new version, as the browser does by itself only when the app is opened. */
  check() {
    this.registration?.update().catch(() => {});
  }

  #watch() {
    const { registration } = this;
    const ready = (worker) => {
      this.waiting = worker;
      this.app.update = true;
      this.app.draw();
    };
    if (registration.waiting && navigator.serviceWorker.controller) ready(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker.addEventListener("statechange", () => {
        if (worker.state === "installed" && navigator.serviceWorker.controller) ready(worker);
        if (worker.state === "activated") this.#version();
      });
    });
  }

  /** Let the new version take over; the page loads again when it has. */
  takeOver() {
    this.wanted = true;
    this.waiting?.postMessage({ kind: "take over" });
  }

  async #changed() {
    this.#version();
    if (!this.wanted) return;
    await this.app.phone?.saving.catch(() => {});
    location.reload();
  }

  #version() {
    const worker = navigator.serviceWorker.controller ?? this.registration?.active;
    if (!worker) return;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      this.app.version = data;
      this.app.draw();
    };
    worker.postMessage({ kind: "version" }, [port2]);
  }

  /** The line is back, says the browser: send, if somebody is in. */
  #asked({ data, ports }) {
    if (data?.kind !== "send") return;
    const { phone } = this.app;
    ports[0]?.postMessage(phone && !phone.signed_out ? "sending" : "locked");
    phone?.delivery.kick({ fresh: true });
  }
}
