// What differs between the makes of phones: how their maps are opened, and how long their browser keeps what lies there.

/** Tell whether this is an iPhone or iPad; newer iPads say that they are Macs, which have no touch. */
export function isApple() {
  return /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
}

function isInstalled() {
  return matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
}

/** Safari deletes what a page keeps when it was not opened for a week, unless it is on the home screen. */
export function forgetsByItself() {
  return isApple() && !isInstalled();
}

/** Return the address that opens the phone's own navigation; no line and nobody's server is asked. */
export function wayTo({ lon, lat }, name) {
  return isApple() ? `maps:?daddr=${lat},${lon}` : `geo:${lat},${lon}?q=${lat},${lon}(${encodeURIComponent(name)})`;
}
