// How long to wait before the next attempt: doubled after each failure up to five minutes, with jitter, so that the phones
// of a team do not come all at once when the signal is back; never sooner than the server asked for.

export const FIRST_MS = 2_000;
export const LONGEST_MS = 300_000;

/** Return the pause after *failures* (1, 2, …) in milliseconds; *chance* in [0, 1) spreads it over its upper half. */
export function pauseAfter(failures, retryAfterMs = 0, chance = Math.random()) {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.max(retryAfterMs, Math.round(most / 2 + (chance * most) / 2));
}

/** Read the header Retry-After: seconds or a date; 0 where there is none. */
export function retryAfterMs(header, now = Date.now()) {
  if (!header) return 0;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), 3_600_000) : 0;
}
