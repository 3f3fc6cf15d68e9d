// Everything on the phone is encrypted with one key (AES-256-GCM), made at the first sign-in. That key lies on the phone
// only wrapped: under a key made from the person's password (PBKDF2), and for the day under one made from a PIN, if the
// person set one. Unlocked, it lives in memory and cannot be read out.
import { utf8 } from "./digests.js";

export const PASSWORD_ROUNDS = 600_000;
const PIN_ROUNDS = 1_000_000;
const subtle = crypto.subtle;

/** The password or PIN does not open the vault. */
export class WrongSecret extends Error {}

/** What was read is not what was written: damaged, or moved here from another place. */
export class Damaged extends Error {}

async function derived(secret, salt, rounds) {
  const material = await subtle.importKey("raw", utf8(secret.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

async function wrapped(key, secret, rounds) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const wrapping = await derived(secret, salt, rounds);
  const bytes = await subtle.wrapKey("raw", key, wrapping, { name: "AES-GCM", iv });
  return { salt, rounds, iv, bytes: new Uint8Array(bytes) };
}

async function unwrapped(lock, secret, extractable) {
  const wrapping = await derived(secret, lock.salt, lock.rounds);
  const how = { name: "AES-GCM", iv: lock.iv };
  try {
    return await subtle.unwrapKey("raw", lock.bytes, wrapping, how, "AES-GCM", extractable, ["encrypt", "decrypt"]);
  } catch (error) {
    if (error.name === "OperationError") throw new WrongSecret();
    throw error;
  }
}

/** Make a new vault: {lock} to be kept on the phone, {key} for this opening. */
export async function vaultMade(password, rounds = PASSWORD_ROUNDS) {
  const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const lock = await wrapped(key, password, rounds);
  return { lock, key: await unwrapped(lock, password, false) };
}

/** Open the vault behind *lock*. Throws WrongSecret. */
export async function vaultOpened(lock, secret) {
  return unwrapped(lock, secret, false);
}

/** Return a lock for another password on the same vault. Throws WrongSecret. */
export async function lockChanged(lock, oldSecret, newSecret, rounds = PASSWORD_ROUNDS) {
  return wrapped(await unwrapped(lock, oldSecret, true), newSecret, rounds);
}

/** Return the lock of a PIN, which opens the vault of *lock* until it is removed. Throws WrongSecret. */
export async function pinLock(lock, password, pin) {
  return lockChanged(lock, password, pin, PIN_ROUNDS);
}

/** Encrypt bytes; *place* says where they lie, so that they open nowhere else. */
export async function sealed(key, bytes, place) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, bytes);
  return { iv, data };
}

/** Decrypt what *sealed* made for the same place. Throws Damaged. */
export async function opened(key, { iv, data }, place) {
  try {
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, data));
  } catch (error) {
    if (error.name === "OperationError") throw new Damaged(place);
    throw error;
  }
}
