/* Nothing typed is lost: a part of the page that could not be sent is kept in this browser and sent again.

   htmx sends each part (`data-unit`) as soon as it changes. This script sends only that part's own fields, keeps what
   failed in localStorage under the part's address, tries again every few seconds and when the network is back, and
   says so in #connection. Without this script, and without htmx, the page's buttons save. */
(() => {
  "use strict";

  const RETRY_EVERY = 4000; // ms
  const PREFIX = "unsent:";
  // Signed out, or closed for now: what was typed stays here until it can be taken.
  const SIGNED_OUT = [401, 403];
  const KEPT = [...SIGNED_OUT, 423];
  const AWAY = "Vous n’êtes plus connecté : reconnectez-vous dans un autre onglet, ce que vous écrivez est gardé ici.";
  const LOST = "Connexion interrompue : vos réponses sont gardées sur cet appareil et partiront dès son retour.";
  const form = document.querySelector("form[data-autosave]");
  if (!form || !window.htmx) return;

  const place = (unit) => new URL(unit.getAttribute("hx-post"), location.href).pathname;
  const unsent = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + questionnaire));
  const questionnaire = new URL("../", location.href).pathname; // this person's questionnaire, no other's
  const say = (words) => {
    const line = document.getElementById("connection");
    if (line.textContent !== words) line.textContent = words;
  };

  const settles = (status) => status > 0 && status < 500 && !KEPT.includes(status);
  // Read each time: signing in again gives another one. A personal link needs none.
  const formToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

  function fieldsOf(unit) {
    const body = new URLSearchParams();
    for (const field of unit.querySelectorAll("input, select, textarea")) {
      const chosen = !["radio", "checkbox"].includes(field.type) || field.checked;
      if (field.name && chosen) body.append(field.name, field.value);
    }
    return body;
  }

  // htmx would send the whole form around the part.
  document.addEventListener("htmx:configRequest", (event) => {
    const unit = event.target.closest("[data-unit]");
    if (!unit) return;
    const parameters = new FormData();
    fieldsOf(unit).forEach((value, name) => parameters.append(name, value));
    for (const name of [...event.detail.formData.keys()]) event.detail.formData.delete(name);
    parameters.forEach((value, name) => event.detail.formData.append(name, value));
    event.detail.headers["X-CSRFToken"] = formToken();
  });

  // Refusals carry a sentence for the person (409: changed elsewhere, 422: cannot be read, 423: closed): show it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422, 423].includes(event.detail.xhr.status)) event.detail.shouldSwap = true;
  });

  const keep = (event) => {
    const unit = event.target.closest("[data-unit]");
    if (!unit) return;
    localStorage.setItem(PREFIX + place(unit), fieldsOf(unit).toString());
    say(SIGNED_OUT.includes(event.detail.xhr?.status) ? AWAY : LOST);
  };
  document.addEventListener("htmx:sendError", keep);
  document.addEventListener("htmx:timeout", keep);
  document.addEventListener("htmx:responseError", (event) => {
    if (!settles(event.detail.xhr.status)) keep(event);
  });

  const settled = (address) => {
    localStorage.removeItem(PREFIX + address);
    if (!unsent().length) say("");
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    const unit = event.target.closest("[data-unit]");
    if (unit && settles(event.detail.xhr.status)) settled(place(unit));
  });

  // A part changed again while it is under way must not leave with the whole page: built on the version before, it would
  // be taken for an older window's and left alone. The page leaves once the answer is there.
  const underway = new Map(); // {request: [part, what it took along]}
  let leaving = null; // the button that was pressed meanwhile
  const overtaken = () => [...underway.values()].some(([unit, sent]) => fieldsOf(unit).toString() !== sent);
  document.addEventListener("htmx:beforeSend", (event) => {
    const unit = event.target.closest("[data-unit]");
    if (!unit) return;
    underway.set(event.detail.xhr, [unit, fieldsOf(unit).toString()]);
    typed.delete(unit);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    underway.delete(event.detail.xhr);
    queueMicrotask(leave); // once htmx has sent what waited for this answer
  });

  function leave() {
    if (!leaving || overtaken()) return;
    const button = leaving;
    leaving = null;
    button.click();
  }

  // Words are sent once the person pauses: those of a page closed before, or whose saving has no reply yet, are kept and
  // leave with the next page. The page's own button takes everything along.
  const typed = new Set(); // parts
  let sending = false;
  form.addEventListener("input", (event) => {
    const unit = event.target.closest("[data-unit]");
    if (unit) typed.add(unit);
  });
  addEventListener("pagehide", () => {
    const parts = sending ? [] : [...typed, ...[...underway.values()].map(([unit]) => unit)];
    for (const unit of parts) localStorage.setItem(PREFIX + place(unit), fieldsOf(unit).toString());
  });
  addEventListener("pageshow", () => {
    sending = false;
  });
  // A phone may close without a word the page that it hid.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && !sending) typed.forEach((unit) => htmx.trigger(unit, "retry"));
  });

  // A part still on the page is sent as it is now; one of a page left behind is sent as it was kept.
  async function retry() {
    const units = new Map([...form.querySelectorAll("[data-unit]")].map((unit) => [place(unit), unit]));
    for (const key of unsent()) {
      const address = key.slice(PREFIX.length);
      if (units.has(address)) {
        htmx.trigger(units.get(address), "retry");
        continue;
      }
      try {
        const body = new URLSearchParams(localStorage.getItem(key));
        const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": formToken() }, body });
        if (settles(answer.status)) settled(address);
      } catch {
        return; // still no network
      }
    }
  }
  setInterval(() => unsent().length && retry(), RETRY_EVERY);
  addEventListener("online", retry);

  // The named fields that were changed while the scripts were on their way: no event will tell of them. On a page gone
  // back to nobody can know: what differs there may be what the browser put back, older than what the server holds.
  function changedEarly() {
    if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") return [];
    const written = form.cloneNode(true); // as the server wrote it
    written.reset();
    const before = written.querySelectorAll("[data-unit] [name]");
    return [...form.querySelectorAll("[data-unit] [name]")].filter(
      (field, index) => field.value !== before[index].value || field.checked !== before[index].checked,
    );
  }

  // Answers kept from before a reload come back into the page, except where the person has already answered anew.
  const early = changedEarly();
  const answered = (field) =>
    early.some((one) => one === field || (one.type === "radio" && one.name === field.name));
  for (const unit of form.querySelectorAll("[data-unit]")) {
    const kept = localStorage.getItem(PREFIX + place(unit));
    if (kept === null) continue;
    const values = new URLSearchParams(kept);
    for (const field of unit.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      if (answered(field)) continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked = values.getAll(field.name).includes(field.value);
      // The last one: boxes of the same name may stand before the words.
      else if (values.has(field.name)) field.value = values.getAll(field.name).at(-1);
    }
  }
  if (unsent().length) say(LOST);

  // Then both leave for the server; htmx, which waits for this event too, is listening by now.
  document.addEventListener("DOMContentLoaded", () => {
    for (const unit of new Set(changedEarly().map((field) => field.closest("[data-unit]")))) {
      if (localStorage.getItem(PREFIX + place(unit)) === null) htmx.trigger(unit, "retry");
    }
    retry();
  });

  // Leaving for the next page while something is unsent would end on the browser's own error page.
  form.addEventListener("submit", (event) => {
    if (overtaken()) {
      event.preventDefault();
      leaving = event.submitter;
      return;
    }
    sending = !unsent().length && navigator.onLine;
    if (sending) return;
    event.preventDefault();
    say(LOST);
    retry();
  });
})();
