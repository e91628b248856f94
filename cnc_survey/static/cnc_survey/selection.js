/* Words selected in a text fill the form beside it: the words, and their places counted in code points, as the server
   counts them. Without this script words are pasted, or lines given. */
(() => {
  "use strict";

  const text = document.getElementById("source-text");
  const form = document.getElementById("verbatim-form");
  if (!text || !form) return;

  const field = (name) => form.querySelector(`[name=${name}]`);
  const points = (string) => [...string].length;

  /* The place of a point of the page in the whole text: that of its line, and what stands before it in its words. */
  function placeOf(node, offset) {
    const line = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("li");
    if (!line || !text.contains(line)) return null;
    const words = line.querySelector(".words");
    const before = document.createRange();
    before.selectNodeContents(words);
    if (words.contains(node)) before.setEnd(node, offset);
    else before.collapse(true); // in the margin: the line's beginning
    return Number(line.dataset.start) + points(before.toString());
  }

  const wordsBetween = (start, end) => {
    const lines = [...text.querySelectorAll("li .words")].map((words) => words.textContent);
    return [...lines.join("\n")].slice(start, end).join("");
  };

  function take() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const start = placeOf(range.startContainer, range.startOffset);
    const end = placeOf(range.endContainer, range.endOffset);
    if (start === null || end === null || start >= end) return;
    field("words").value = wordsBetween(start, end);
    field("start").value = start;
    field("end").value = end;
    field("first_line").value = field("last_line").value = "";
  }
  text.addEventListener("mouseup", take);
  text.addEventListener("keyup", take);
  text.addEventListener("touchend", take);

  // Words typed or pasted afterwards are looked for by the server: the places no longer say where.
  field("words").addEventListener("input", () => {
    field("start").value = field("end").value = "";
  });
})();
