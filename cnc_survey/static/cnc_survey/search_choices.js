/* A long list of boxes (wrapper class `searchable`) gets a field that leaves only those whose words match. Boxes that
   are ticked stay in sight. Without this script the whole list is there. */
(() => {
  "use strict";

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/œ/g, "oe").replace(/’/g, "'").toLowerCase();

  for (const group of document.querySelectorAll(".searchable")) {
    const list = group.querySelector(".choices");
    const rows = [...list.querySelectorAll(".form-check")];
    const id = `${group.id}-search`;
    const box = document.createElement("div");
    box.className = "search-choices";
    box.innerHTML = `<label class="form-label" for="${id}">Chercher dans la liste</label>
      <input type="search" class="form-control" id="${id}" autocomplete="off">
      <p class="form-text" role="status"></p>`;
    const [field, found] = [box.querySelector("input"), box.querySelector("p")];
    list.before(box);

    const search = () => {
      const words = plain(field.value).split(/\s+/).filter(Boolean);
      let matches = 0;
      let heading = null;
      for (const one of list.children) {
        if (one.matches("strong")) {
          heading = one;
          heading.hidden = true;
          continue;
        }
        const fits = words.every((word) => plain(one.textContent + " " + (heading?.textContent ?? "")).includes(word));
        one.hidden = !fits && !one.querySelector("input").checked;
        matches += fits;
        if (heading && !one.hidden) heading.hidden = false;
      }
      found.textContent = words.length ? `${matches} sur ${rows.length}` : "";
    };
    field.addEventListener("input", search);
    field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    // What is typed here is no answer: the part of the page around must not be saved for it.
    for (const kind of ["keyup", "change"]) field.addEventListener(kind, (event) => event.stopPropagation());
  }
})();
