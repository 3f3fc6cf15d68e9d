// The sealed file of docs/field-app.md: only the server can open it, and it proves which phone made it.
import { base64url, fromBase64url, hex, joined, sha256, u32, utf8 } from "./digests.js";

const subtle = crypto.subtle;
const MAGIC = utf8("SOTRAM1\n");
const INFO = utf8("sotram sealed 1");
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
export const SEALED_TYPE = "application/vnd.sotram.sealed";

/** Make the key pair of a phone: {private_key (PKCS#8 bytes), public_key (base64url of the point)}. */
export async function phoneKeys() {
  const pair = await subtle.generateKey(SIGNING, true, ["sign", "verify"]);
  return {
    private_key: base64url(new Uint8Array(await subtle.exportKey("pkcs8", pair.privateKey))),
    public_key: base64url(new Uint8Array(await subtle.exportKey("raw", pair.publicKey))),
  };
}

/** Return the name of a public key: the first 16 hexadecimal digits of its SHA-256. */
export async function keyId(publicKey) {
  return hex(await sha256(fromBase64url(publicKey))).slice(0, 16);
}

async function contentKey(serverPoint, ephemeral) {
  const server = await subtle.importKey("raw", serverPoint, CURVE, false, []);
  const secret = await subtle.deriveBits({ name: "ECDH", public: server }, ephemeral.privateKey, 256);
  const point = new Uint8Array(await subtle.exportKey("raw", ephemeral.publicKey));
  const material = await subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: joined(point, serverPoint), info: INFO };
  return { point, key: await subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt"]) };
}

/** Start a sealed file of *count* entries from a phone {id, person, private_key} to the server's key {public_key}. */
async function begun(phone, server, count) {
  const serverPoint = fromBase64url(server.public_key);
  const ephemeral = await subtle.generateKey(CURVE, true, ["deriveBits"]);
  const { point, key } = await contentKey(serverPoint, ephemeral);
  const header = utf8(JSON.stringify({
    version: 1,
    key_id: await keyId(server.public_key),
    ephemeral: base64url(point),
    device: phone.id,
    person: phone.person,
    made_at: new Date().toISOString(),
    entries: count,
  }));
  return { header, key };
}

/**
 * Seal entries [{meta, body: () => Promise<Uint8Array>}] one after the other; return a Blob. Bodies are asked for one at
 * a time, so that a phone with little memory can seal a hundred photos.
 */
export async function sealedFile(phone, server, entries) {
  const { header, key } = await begun(phone, server, entries.length);
  const place = await sha256(header);
  const parts = [MAGIC, u32(header.length), header];
  const digests = [];
  for (const [index, entry] of entries.entries()) {
    const meta = utf8(JSON.stringify(entry.meta));
    const plain = joined(u32(meta.length), meta, await entry.body());
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: "AES-GCM", iv, additionalData: joined(place, u32(index)) };
    const cipher = new Uint8Array(await subtle.encrypt(how, key, plain));
    digests.push(await sha256(cipher));
    // A Blob may lie on disk, an array stays in memory.
    parts.push(new Blob([u32(cipher.length), iv, cipher]));
  }
  const signing = await subtle.importKey("pkcs8", fromBase64url(phone.private_key), SIGNING, false, ["sign"]);
  const signature = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, signing, joined(header, ...digests));
  parts.push(new Uint8Array(signature));
  return new Blob(parts, { type: SEALED_TYPE });
}
