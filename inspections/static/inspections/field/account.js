// Signing in, unlocking and leaving: who may open what lies on this phone. The password never leaves this module except
// to the server's sign-in; it is not kept.
import { phoneKeys } from "./sealing.js";
import { Failure, Server } from "./server.js";
import { Rooms, people, personForgotten, personKept } from "./store.js";
import { t } from "./texts.js";
import { WrongSecret, lockChanged, pinLock, vaultMade, vaultOpened } from "./vault.js";

const PIN_TRIES = 5;
const PIN_HOURS = 14;
export const PIN_LEAST = 6;

/** The password is right for the server, but what lies here is locked with an older one. */
export class OlderPassword extends Error {}

/** The PIN may no longer be used. */
export class PinGone extends Error {}

/** What the desk calls this phone: its model where the browser tells it, so that of several the lost one can be found. */
async function phoneName() {
  const agent = navigator.userAgentData;
  const more = await agent?.getHighEntropyValues?.(["model", "platformVersion"]).catch(() => null);
  const system = agent?.platform || /\(([^;)]+)/.exec(navigator.userAgent)?.[1] || "";
  const version = more?.platformVersion?.split(".")[0] ?? "";
  const named = more?.model ? `${more.model} · ${system} ${version}`.trim() : `${t("app.name")} · ${system}`;
  return named.slice(0, 100);
}

/** Open the rooms of a person who is on this phone with password; works without a line. Throws WrongSecret. */
export async function unlocked(person, password) {
  return entered(person, await vaultOpened(person.lock, password));
}

/** Open the rooms with the PIN of the day. Throws WrongSecret or PinGone; a try is counted before it is made. */
export async function unlockedByPin(person, pin) {
  if (!pinUsable(person)) throw new PinGone();
  person.pin.tries -= 1;
  await personKept(person);
  try {
    const rooms = await vaultOpened(person.pin.lock, pin);
    person.pin.tries = PIN_TRIES;
    return await entered(person, rooms);
  } catch (error) {
    if (error instanceof WrongSecret && person.pin.tries <= 0) {
      await pinRemoved(person);
      throw new PinGone();
    }
    throw error;
  }
}

async function entered(person, key) {
  person.used_at = new Date().toISOString();
  await personKept(person);
  return new Rooms(person.username, key);
}

export function pinUsable(person, now = Date.now()) {
  return Boolean(person?.pin && person.pin.tries > 0 && person.pin.until > now);
}

export async function pinSet(person, password, pin) {
  const lock = await pinLock(person.lock, password, pin);
  person.pin = { lock, tries: PIN_TRIES, until: Date.now() + PIN_HOURS * 3_600_000 };
  await personKept(person);
}

export async function pinRemoved(person) {
  delete person.pin;
  await personKept(person);
}

/**
 * Sign in at the server and open the rooms on this phone, made new where the person has none.
 * Throws Failure (the server's), OlderPassword (give *older*, or forget what lies here), WrongSecret (*older* is wrong).
 */
export async function signedIn({ username, password, otp, older }) {
  const token = await new Server().signIn({ username, password, otp, name: await phoneName() });
  const known = (await people()).find((one) => one.username === username);
  if (known) return { person: known, rooms: await opened(known, password, older), token };
  const { lock, key } = await vaultMade(password);
  const phone = crypto.randomUUID();
  // The phone's name lies open, so that it can ask whether it is withdrawn while it is locked.
  const person = { username, name: username, phone, lock, made_at: new Date().toISOString() };
  const rooms = await entered(person, key);
  await rooms.write("account", "account", { phone, phone_name: await phoneName(), ...(await phoneKeys()) });
  return { person, rooms, token };
}

async function opened(person, password, older) {
  try {
    return await unlocked(person, password);
  } catch (error) {
    if (!(error instanceof WrongSecret)) throw error;
    if (!older) throw new OlderPassword();
    person.lock = await lockChanged(person.lock, older, password);
    delete person.pin;
    return unlocked(person, password);
  }
}

/** Note the token of a sign-in; the one before is withdrawn, for a person may have only so many. */
export async function tokenKept(rooms, token) {
  const account = await rooms.read("account", "account");
  const before = account.token_id;
  await rooms.write("account", "account", { ...account, token: token.key, token_id: token.id, expiry: token.expiry });
  if (before && before !== token.id) new Server({ token: token.key }).signOut(before).catch(() => {});
}

/** Withdraw the token at the server if there is a line, and forget it here; what lies here stays, locked. */
export async function signedOut(person, rooms) {
  const account = await rooms.read("account", "account");
  if (account.token_id) {
    await new Server({ token: account.token }).signOut(account.token_id).catch((error) => {
      if (!(error instanceof Failure)) throw error;
    });
  }
  const { token, token_id, expiry, ...rest } = account;
  await rooms.write("account", "account", rest);
  await pinRemoved(person);
}

export { people, personForgotten };
