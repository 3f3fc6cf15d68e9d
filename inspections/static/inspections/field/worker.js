// The service worker: keeps exactly the files of one version (SHELL, written in front of this by the server), answers with
// them while there is no line, and sends sealed parcels when the line comes back while the app is closed. It holds no key.

const CACHE = `sotram-field-${SHELL.version}`;
const TILES_CACHE = "sotram-field-tiles";
const KEPT = new Set(SHELL.files.map((path) => new URL(path, self.location).href));
const PAGE = new URL(SHELL.page, self.location).href;
const DATABASE = "sotram-field";
const SENDING_LOCK = "sotram-field-sending";
const SYNC_TAG = "sotram-field-outbox";
// An open app sends by itself; it gets this long to say that it does.
const ANSWER_MS = 3_000;
// A file that a weak line drops is asked for again; only then the new version is given up until the next time.
const TRIES = 4;

// --- files: all of a version, or none of it ---

self.addEventListener("install", (event) => {
  event.waitUntil(fetched());
});

async function fetched() {
  const cache = await caches.open(CACHE);
  await Promise.all(SHELL.files.map((path) => fetchedFile(cache, path)));
}

async function fetchedFile(cache, path) {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      const answer = await fetch(path, { cache: "no-cache", credentials: "omit" });
      if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
      await cache.put(path, answer);
      return;
    } catch (error) {
      if (!left) throw error;
    }
  }
}

self.addEventListener("activate", (event) => {
  event.waitUntil(tidied());
});

async function tidied() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("sotram-field-") && name !== CACHE && name !== TILES_CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = request.url.split("#")[0];
  if (request.mode === "navigate") {
    if (url.split("?")[0] === PAGE) event.respondWith(kept(PAGE, request));
  } else if (KEPT.has(url)) {
    event.respondWith(kept(url, request));
  } else if (SHELL.tiles && url.startsWith(SHELL.tiles)) {
    event.respondWith(tile(request));
  }
});

async function kept(url, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url, { ignoreVary: true })) ?? fetch(request);
}

async function tile(request) {
  const cache = await caches.open(TILES_CACHE);
  return (await cache.match(request.url, { ignoreVary: true })) ?? fetch(request);
}

// --- messages from the app ---

self.addEventListener("message", (event) => {
  if (event.data?.kind === "take over") self.skipWaiting();
  if (event.data?.kind === "version") event.ports[0]?.postMessage(SHELL.version);
});

// --- sending in the background ---

self.addEventListener("sync", (event) => {
  if (event.tag === SYNC_TAG) event.waitUntil(parcelsSent());
});

/** Ask the open windows to send; true if one says that it does. */
async function appSends() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const asked = windows.filter((one) => new URL(one.url).pathname === SHELL.page).map((one) => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (answer) => done(answer.data === "sending");
    setTimeout(() => done(false), ANSWER_MS);
    one.postMessage({ kind: "send" }, [port2]);
  }));
  return (await Promise.all(asked)).some(Boolean);
}

async function parcelsSent() {
  if (await appSends()) return;
  await self.navigator.locks.request(SENDING_LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    const database = await opened();
    if (!database) return;
    try {
      for (const key of await waitingParcels(database)) await parcelSent(database, key);
    } finally {
      database.close();
    }
  });
}

/** Open the database as it is; null where the app has never made it. */
function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(DATABASE);
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => (asked.error.name === "AbortError" ? done(null) : failed(asked.error));
  });
}

function answered(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/** Return the keys of the parcels to send, forms before pictures. */
async function waitingParcels(database) {
  const all = await answered(database.transaction("parcels").objectStore("parcels").getAll());
  const waiting = all.filter((parcel) => parcel.state === "waiting");
  return waiting.sort((a, b) => a.kind.localeCompare(b.kind)).map((parcel) => [parcel.person, parcel.kind, parcel.id]);
}

/** Send one parcel and note what became of it. Throws while there is no line, so that the browser tries again later. */
async function parcelSent(database, key) {
  const parcel = await answered(database.transaction("parcels").objectStore("parcels").get(key));
  if (!parcel) return;
  const response = await fetch("/api/v1/fieldwork/sealed/", {
    method: "POST",
    headers: { "Content-Type": "application/vnd.sotram.sealed", Accept: "application/json" },
    body: parcel.file,
    credentials: "omit",
    cache: "no-store",
    redirect: "manual",
  });
  if (response.type === "opaqueredirect" || response.status >= 500 || response.status === 429) throw new Error("later");
  const answer = response.ok ? await response.json() : null;
  const taken = answer?.entries?.every((entry) => entry.status === "stored" || entry.status === "unchanged");
  // What was not taken waits for the app, which knows what to say about it; what was taken, the app looks after again.
  parcel.state = taken ? "taken" : "for the app";
  await answered(database.transaction("parcels", "readwrite").objectStore("parcels").put(parcel));
}
