// What lies on the phone. Readable without the key: who uses this phone, sizes and digests of what is to be sent, parcels
// that only the server can open. Everything else is encrypted (vault.js) under the place where it lies.
import { openDB } from "../../vendor/idb/index.js";
import { utf8 } from "./digests.js";
import { Damaged, opened, sealed } from "./vault.js";

const NAME = "sotram-field";
const VERSION = 1;
const STORES = ["people", "records", "pictures", "parcels"];
// An answer must survive a killed browser and a flat battery: wait until it is on the disk.
const STRICT = { durability: "strict" };

let database = null;

function connection() {
  database ??= openDB(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore("people", { keyPath: "username" });
      for (const name of STORES.slice(1)) {
        db.createObjectStore(name, { keyPath: ["person", "kind", "id"] });
      }
    },
    blocking(_now, _wanted, event) {
      event.target.close();
      database = null;
    },
    terminated() {
      database = null;
    },
  });
  return database;
}

// --- people: who has a vault on this phone ---

export async function people() {
  const all = await (await connection()).getAll("people");
  return all.sort((a, b) => (b.used_at ?? "").localeCompare(a.used_at ?? ""));
}

export async function personKept(person) {
  const db = await connection();
  const moved = db.transaction("people", "readwrite", STRICT);
  await Promise.all([moved.store.put(person), moved.done]);
}

/** Delete everything of a person; the wrapped key first, so that what is left over could not be read. */
export async function personForgotten(username) {
  const db = await connection();
  await db.delete("people", username);
  const moved = db.transaction(STORES.slice(1), "readwrite", STRICT);
  await Promise.all([
    ...STORES.slice(1).map((name) => moved.objectStore(name).delete(IDBKeyRange.bound([username], [username, []]))),
    moved.done,
  ]);
}

/** The rooms of one person, opened with the vault's key. */
export class Rooms {
  constructor(username, key) {
    this.username = username;
    this.key = key;
    // Places of what could not be read: one damaged record must not lock the person out of all the others.
    this.damaged = [];
  }

  place(kind, id) {
    return `${this.username}/${kind}/${id}`;
  }

  range(kind) {
    return IDBKeyRange.bound([this.username, kind], [this.username, kind, []]);
  }

  // --- records: small things as JSON ---

  async read(kind, id) {
    const row = await (await connection()).get("records", [this.username, kind, id]);
    return row ? this.#value(row) : null;
  }

  async readAll(kind) {
    const rows = await (await connection()).getAll("records", this.range(kind));
    const values = await Promise.all(rows.map((row) => this.#value(row).catch((error) => this.#skipped(error))));
    return values.filter((value) => value !== null);
  }

  async #value(row) {
    return JSON.parse(new TextDecoder().decode(await opened(this.key, row, this.place(row.kind, row.id))));
  }

  #skipped(error) {
    if (!(error instanceof Damaged)) throw error;
    this.damaged.push(error.message);
    return null;
  }

  async write(kind, id, value) {
    const { iv, data } = await sealed(this.key, utf8(JSON.stringify(value)), this.place(kind, id));
    const moved = (await connection()).transaction("records", "readwrite", STRICT);
    await Promise.all([moved.store.put({ person: this.username, kind, id, iv, data }), moved.done]);
  }

  async remove(kind, id) {
    const moved = (await connection()).transaction("records", "readwrite", STRICT);
    await Promise.all([moved.store.delete([this.username, kind, id]), moved.done]);
  }

  // --- pictures: bytes of photos and signatures, and their small likenesses ---

  async keepPicture(kind, sha256, bytes) {
    const { iv, data } = await sealed(this.key, bytes, this.place(kind, sha256));
    const moved = (await connection()).transaction("pictures", "readwrite", STRICT);
    await Promise.all([moved.store.put({ person: this.username, kind, id: sha256, iv, data }), moved.done]);
  }

  async picture(kind, sha256) {
    const row = await (await connection()).get("pictures", [this.username, kind, sha256]);
    return row ? opened(this.key, row, this.place(kind, sha256)) : null;
  }

  async removePicture(kind, sha256) {
    const moved = (await connection()).transaction("pictures", "readwrite", STRICT);
    await Promise.all([moved.store.delete([this.username, kind, sha256]), moved.done]);
  }

  // --- parcels: sealed for the server, sent by the service worker while the app is closed ---

  async keepParcel(kind, id, parcel) {
    const moved = (await connection()).transaction("parcels", "readwrite", STRICT);
    await Promise.all([moved.store.put({ person: this.username, kind, id, ...parcel }), moved.done]);
  }

  async removeParcel(kind, id) {
    await (await connection()).delete("parcels", [this.username, kind, id]);
  }
}

/** Return the parcels of a person that are not delivered; they can be saved to a file without opening the vault. */
export async function parcelsOf(username) {
  return (await connection()).getAll("parcels", IDBKeyRange.bound([username], [username, []]));
}
