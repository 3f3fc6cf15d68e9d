// Talks to the server. Every answer is sorted into what it means for what was sent; an answer that is not ours (a hotel's
// sign-in page, a proxy's error) counts as no answer at all.
import { retryAfterMs } from "./pauses.js";

const API = "/api/v1";
const PATIENCE_MS = 30_000;
// On a line of one bar a photo gets this much time for each byte before the attempt is given up.
const BYTES_PER_SECOND = 8_000;

/**
 * Why something was not done. kind: line (no or foreign answer), later (try again), signed_out, revoked, refused (wrong
 * content), conflict, missing (404), forbidden.
 */
export class Failure extends Error {
  constructor(kind, { status = 0, problem = null, wait = 0 } = {}) {
    super(problem?.detail || kind);
    Object.assign(this, { kind, status, problem, wait });
  }

  /** Tell whether the same again may succeed by itself. */
  get passing() {
    return this.kind === "line" || this.kind === "later";
  }
}

const KINDS = { 400: "refused", 401: "signed_out", 403: "forbidden", 404: "missing", 409: "conflict", 413: "refused", 415: "refused", 422: "refused" };
const LATER = new Set([408, 425, 429]);

async function json(response) {
  const type = response.headers.get("content-type") || "";
  if (!/^application\/([\w.+-]+\+)?json/.test(type)) return null;
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function isRevoked(response, problem) {
  return response.status === 410 && (problem?.errors ?? []).some((error) => error.code === "device.revoked");
}

async function failureOf(response) {
  const problem = await json(response);
  const wait = retryAfterMs(response.headers.get("retry-after"));
  if (isRevoked(response, problem)) return new Failure("revoked", { status: 410, problem });
  if (response.status >= 500 || LATER.has(response.status)) return new Failure("later", { status: response.status, problem, wait });
  if (!problem) return new Failure("line", { status: response.status });
  return new Failure(KINDS[response.status] ?? "refused", { status: response.status, problem, wait });
}

async function understood(response, raw) {
  if (response.status === 304) return { status: 304, value: null, etag: null };
  if (response.type === "opaqueredirect") throw new Failure("line");
  if (!response.ok) throw await failureOf(response);
  if (response.status === 204) return { status: 204, value: null, etag: null };
  const value = raw ? new Uint8Array(await response.arrayBuffer()) : await json(response);
  if (value === null) throw new Failure("line", { status: response.status });
  return { status: response.status, value, etag: response.headers.get("etag") };
}

export class Server {
  /** *account*: {token, device} of whoever is signed in; may be empty. */
  constructor(account = {}) {
    this.account = account;
  }

  headers(extra) {
    const { token, device } = this.account;
    return {
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      ...(token ? { Authorization: `Token ${token}` } : {}),
      ...(device ? { "X-Field-Device": device } : {}),
      ...extra,
    };
  }

  /** Ask and return {status, value, etag}; throw Failure for anything that is not a success of ours. */
  async ask(method, path, { headers = {}, body, size = 0, raw = false } = {}) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS + (size / BYTES_PER_SECOND) * 1000);
    try {
      const response = await fetch(API + path, {
        method,
        headers: this.headers(headers),
        body,
        signal: patience.signal,
        credentials: "omit",
        cache: "no-store",
        redirect: "manual",
      });
      return await understood(response, raw);
    } catch (error) {
      throw error instanceof Failure ? error : new Failure("line");
    } finally {
      clearTimeout(timer);
    }
  }


  get(path, headers = {}) {
    return this.ask("GET", path, { headers });
  }

  send(method, path, value) {
    return this.ask(method, path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });
  }

  // --- signing in ---

  async signIn({ username, password, otp, name }) {
    const asked = { username, password, name, ...(otp ? { otp } : {}) };
    const { value } = await new Server().send("POST", "/tokens/", asked);
    return value;
  }

  async signOut(tokenId) {
    await this.ask("DELETE", `/tokens/${encodeURIComponent(tokenId)}/`);
  }

  async registerPhone(id, name, publicKey) {
    return (await this.send("PUT", `/fieldwork/devices/${id}/`, { name, public_key: publicKey })).value;
  }

  // --- the day's work ---

  package(etag) {
    return this.get("/fieldwork/package/", etag ? { "If-None-Match": etag } : {});
  }

  surroundings(box) {
    return this.get(`/fieldwork/surroundings/?bbox=${box.join(",")}`);
  }

  async putForm(id, body) {
    return (await this.send("PUT", `/inspections/${id}/`, body)).value;
  }

  async putPicture(id, sha256, bytes, type) {
    const options = { headers: { "Content-Type": type }, body: bytes, size: bytes.length };
    return (await this.ask("PUT", `/inspections/${id}/photos/${sha256}/`, options)).value;
  }

  /** Return the bytes of a picture that the server holds; the caller checks the digest. */
  async picture(id, sha256) {
    return (await this.ask("GET", `/inspections/${id}/photos/${sha256}/`, { headers: { Accept: "*/*" }, raw: true })).value;
  }

  /** Return the digests of the pictures that have arrived, with their sizes; none where nothing has. */
  async arrived(id) {
    try {
      const { value } = await this.get(`/inspections/${id}/photos/`);
      return new Map(value.filter((row) => row.received_at).map((row) => [row.sha256, row.size]));
    } catch (failure) {
      if (failure.kind === "missing") return new Map();
      throw failure;
    }
  }
}
