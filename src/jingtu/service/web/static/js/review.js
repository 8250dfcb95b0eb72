// Text and reading side by side: a click on an item lights its words, a click on words lights the item.
export function startReview() {
  const source = document.querySelector("[data-source]");
  if (!source) return;
  const marks = [...source.querySelectorAll("mark")];
  const of = (key) => marks.filter((mark) => mark.dataset.items.split(" ").includes(key));

  function light(key, scroll) {
    for (const mark of marks) mark.classList.toggle("is-lit", mark.dataset.items.split(" ").includes(key));
    for (const item of document.querySelectorAll("[data-item]")) item.classList.toggle("is-lit", item.dataset.item === key);
    if (scroll === "source") bring(source.closest(".review-pane"), of(key)[0]);
    if (scroll === "item") bring(document.querySelector(`[data-item="${CSS.escape(key)}"]`)?.closest(".review-pane"), document.querySelector(`[data-item="${CSS.escape(key)}"]`));
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-source] mark");
    if (mark) {
      const keys = mark.dataset.items.split(" ");
      light(keys[keys.length - 1], "item");
      return;
    }
    const item = event.target.closest("[data-item]");
    if (item && !event.target.closest("a, button, input, select, textarea, summary, label")) light(item.dataset.item, "source");
    const show = event.target.closest("[data-show-source]");
    if (show) light(show.dataset.showSource, "source");
  });
  const span = Number(source.dataset.span || -1);
  if (span >= 0) {
    const mark = marks.find((one) => Number(one.dataset.start) >= span) || marks[marks.length - 1];
    if (mark) {
      light(mark.dataset.items.split(" ")[0], "");
      mark.scrollIntoView({ block: "center" });
    }
  }
}

function bring(pane, element) {
  if (!element) return;
  if (!pane) {
    element.scrollIntoView({ block: "center" });
    return;
  }
  const offset = element.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTop += offset - pane.clientHeight / 3;
}
