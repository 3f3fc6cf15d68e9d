// What happens when a part of a page cannot be fetched: one sentence where messages stand, never silence.
(() => {
  const words = document.getElementById("st-request-words");
  const place = document.getElementById("st-messages");
  if (!words || !place) return;

  function say(sentence) {
    const note = document.createElement("div");
    note.className = "st-note st-note--error";
    note.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.textContent = sentence;
    note.append(text);
    place.replaceChildren(note);
    place.scrollIntoView({ block: "nearest" });
  }

  document.body.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401 || status === 403) say(words.dataset.signIn);
    else if (status === 404) say(words.dataset.gone);
    else if (status === 429) say(words.dataset.slow);
    else say(words.dataset.failed);
  });
  document.body.addEventListener("htmx:sendError", () => say(words.dataset.offline));
  document.body.addEventListener("htmx:timeout", () => say(words.dataset.offline));

  // A session that ended answers with the sign-in page; go there instead of drawing it into a corner.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const header = event.detail.xhr.getResponseHeader("X-Sign-In");
    if (header) {
      event.detail.shouldSwap = false;
      window.location.assign(header);
    }
  });
})();
