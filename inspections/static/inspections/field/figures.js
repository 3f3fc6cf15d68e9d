// How figures, days and sizes are written in the language of the app; units stand behind a no-break space.
import { t } from "./texts.js";

const NBSP = "\u00a0";

function locale() {
  return document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
}

export function number(value, digits = undefined) {
  const how = digits === undefined
    ? { maximumSignificantDigits: 6 }
    : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale(), how).format(value);
}

/** Write a number as a person types it: without groups, which could be read as decimals. */
export function typed(value) {
  return locale() === "vi-VN" ? String(value).replace(".", ",") : String(value);
}

export function quantity(value, unit) {
  return `${number(value)}${NBSP}${unit}`;
}

/** Write a distance: whole metres below a kilometre. */
export function distance(metres) {
  if (metres === null || metres === undefined) return "";
  if (metres < 1000) return `${Math.round(metres)}${NBSP}m`;
  return `${number(metres / 1000, metres < 100_000 ? 1 : 0)}${NBSP}km`;
}

export function accuracy(metres) {
  return `±${NBSP}${Math.round(metres)}${NBSP}m`;
}

export function bytes(size) {
  if (size < 1_000_000) return `${Math.max(1, Math.round(size / 1000))}${NBSP}kB`;
  return `${number(size / 1_000_000, 1)}${NBSP}MB`;
}

function two(value) {
  return String(value).padStart(2, "0");
}

/** Write a day, given as a date, a moment or YYYY-MM-DD. */
export function day(value) {
  if (!value) return "";
  const date = /^\d{4}-\d\d-\d\d$/.test(value) ? new Date(`${value}T00:00:00`) : new Date(value);
  if (locale() === "vi-VN") return `${two(date.getDate())}/${two(date.getMonth() + 1)}/${date.getFullYear()}`;
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

export function clock(value) {
  const date = new Date(value);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function moment(value) {
  const date = new Date(value);
  return date.toDateString() === new Date().toDateString() ? clock(date) : `${day(date)} ${clock(date)}`;
}

export function today() {
  const now = new Date();
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Write a position as people read it out: latitude first. */
export function position({ lon, lat }) {
  return `${number(lat, 5)}; ${number(lon, 5)}`;
}

/** Write how long ago something was. */
export function ago(time) {
  const minutes = Math.round((Date.now() - time) / 60_000);
  if (minutes < 1) return t("ago.now");
  if (minutes < 60) return t("ago.minutes", { n: minutes });
  if (minutes < 2_880) return t("ago.hours", { n: Math.round(minutes / 60) });
  return t("ago.days", { n: Math.round(minutes / 1_440) });
}

export function initials(name) {
  const parts = name.trim().split(/\s+/);
  return (parts.length < 3 ? parts : parts.slice(-2)).map((part) => part[0] ?? "").join("").toUpperCase().slice(0, 2);
}
