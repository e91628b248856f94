/* The page of an interview, for whoever types while listening: new notes, use cases and the clock, without a network.

   Runs before autosave.js, which sends and keeps what this script puts on the page. Without this script one note at a
   time is added and each use case is opened by the server. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-autosave]");
  const blank = document.getElementById("blank-note");
  const list = document.getElementById("note-list");
  const base = new URL("../auto/", location.href).pathname;
  let part = "";

  /* Notes. The blank one is the model of those to come, each with a key of its own from the first letter. */
  const KEY = blank.dataset.unit.slice("note.".length);
  blank.removeAttribute("id");
  const model = blank.cloneNode(true);
  for (const field of model.querySelectorAll("textarea, input")) field.defaultValue = ""; // sent, and come back to mend

  function addNote(key) {
    const holder = document.createElement("div");
    holder.innerHTML = model.outerHTML.replaceAll(KEY, key);
    const note = holder.firstElementChild;
    list.append(note);
    note.querySelector("select").value = part;
    if (window.htmx) htmx.process(note);
    return note;
  }

  const newKey = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

  const typeIn = (note) => note.querySelector("textarea").focus();

  // Notes kept in this browser, whose page was lost before they were sent, come back as they were. The blank one stays
  // the last, and where it is: someone may be typing in it already.
  for (const stored of Object.keys(localStorage)) {
    const key = stored.startsWith(`unsent:${base}note.`) && stored.slice(`unsent:${base}note.`.length, -1);
    if (key && !form.querySelector(`[data-unit="note.${key}"]`)) blank.before(addNote(key));
  }

  // The moment of a note is that of its first letter, on this device's clock.
  form.addEventListener("input", (event) => {
    const note = event.target.closest(".note");
    if (!note) return;
    const moment = note.querySelector("input[name$=-marked_at]");
    if (moment.value) return;
    const now = new Date();
    moment.value = now.toISOString();
    note.querySelector(".note-time").textContent =
      now.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  });
  if (blank.querySelector("textarea").value) blank.dispatchEvent(new Event("input", { bubbles: true }));

  form.addEventListener("keydown", (event) => {
    const note = event.target.closest(".note");
    if (!note || event.key !== "Enter" || !event.ctrlKey) return;
    event.preventDefault();
    goToNote();
  });

  function goToNote() {
    if (list.lastElementChild.querySelector("textarea").value) addNote(newKey());
    typeIn(list.lastElementChild);
  }

  /* The part of the guide at hand is that of the notes to come. */
  function enterPart(code) {
    if (!code || part === code) return;
    part = code;
    for (const link of form.querySelectorAll(".guide-parts a")) {
      if (link.hash === `#partie-${code}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const note of list.querySelectorAll(".note")) {
      if (!note.querySelector("textarea").value) note.querySelector("select").value = code;
    }
  }
  form.addEventListener("focusin", (event) => enterPart(event.target.closest("[data-part]")?.dataset.part));
  form.addEventListener("click", (event) => {
    const link = event.target.closest(".guide-parts a");
    if (link) enterPart(link.hash.slice("#partie-".length));
  });

  /* Use cases: a few letters, Enter, and the card is there, network or not. */
  const all = document.getElementById("tous-les-cas");
  const filter = document.getElementById("case-filter");
  const buttons = [...document.querySelectorAll("#case-list button")];
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = (text) => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  if (filter) {
    filter.parentElement.hidden = false;
    all.addEventListener("toggle", () => all.open && filter.focus());
    filter.addEventListener("input", () => {
      const wanted = words(filter.value);
      for (const button of buttons) {
        const present = words(button.textContent);
        button.parentElement.hidden = !wanted.every((start) => present.some((word) => word.startsWith(start)));
      }
      for (const heading of document.querySelectorAll("#case-list h4")) {
        heading.hidden = !heading.nextElementSibling.querySelector("li:not([hidden])");
      }
    });
    filter.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const first = buttons.find((button) => !button.parentElement.hidden);
      if (filter.value && first) openCase(first);
    });
    for (const button of buttons) {
      button.addEventListener("click", (event) => {
        event.preventDefault();
        openCase(button);
      });
    }
  }

  function addCard(code, name) {
    const holder = document.createElement("div");
    holder.innerHTML = document.getElementById("card-template").innerHTML.replaceAll("--code--", code);
    const card = holder.firstElementChild;
    card.querySelector("h4").textContent = name;
    document.getElementById("cards").append(card);
    if (window.htmx) htmx.process(card);
    return card;
  }

  function openCase(button) {
    const name = button.firstChild.textContent.trim();
    const card = document.getElementById(`cas-${button.value}`) ?? addCard(button.value, name);
    all.open = false;
    filter.value = "";
    filter.dispatchEvent(new Event("input"));
    card.scrollIntoView({ block: "start" });
    card.querySelector("input[type=radio]").focus();
  }

  // Cards opened without a network, before the page was lost, come back too.
  for (const stored of Object.keys(localStorage)) {
    const code = stored.startsWith(`unsent:${base}`) && stored.match(/(?:cas|notation)\.([-\w]+)\/$/)?.[1];
    const button = code && buttons.find((each) => each.value === code);
    if (button && !document.getElementById(`cas-${code}`)) addCard(code, button.firstChild.textContent.trim());
  }

  /* Alt and a key, the same in every browser; the page's access keys, which each browser has its own way to press, are
     for those without this script. */
  const links = [...form.querySelectorAll(".guide-parts a")];
  for (const holder of form.querySelectorAll("[accesskey]")) holder.removeAttribute("accesskey");

  function goToPart(link) {
    const section = document.querySelector(link.hash);
    section.scrollIntoView({ block: "start" });
    section.focus({ preventScroll: true });
  }

  // At once, not at the event `toggle`: the next letter is already on its way.
  const goToFilter = () => {
    all.open = true;
    filter.focus();
  };
  const shortcuts = { KeyN: goToNote, KeyU: goToFilter };
  links.forEach((link, index) => {
    shortcuts[`Digit${index + 1}`] = shortcuts[`Numpad${index + 1}`] = () => goToPart(link);
  });
  addEventListener("keydown", (event) => {
    const act = event.altKey && !event.ctrlKey && !event.metaKey && shortcuts[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  });

  /* The clock. */
  const clock = document.querySelector("[data-begun]");
  if (clock) {
    const tell = () => {
      const minutes = Math.max(0, Math.floor((Date.now() - new Date(clock.dataset.begun)) / 60000));
      if (minutes < 600) clock.textContent = `${minutes} min`;
    };
    tell();
    setInterval(tell, 10000);
  }

  addEventListener("beforeunload", (event) => {
    if (Object.keys(localStorage).some((key) => key.startsWith(`unsent:${base}`))) event.preventDefault();
  });
})();
