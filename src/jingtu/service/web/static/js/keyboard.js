// "/" goes to the search field; in a list, j and k (or the arrows) move between rows.
export function startKeyboard() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === "j" || event.key === "k") {
      const rows = [...document.querySelectorAll("[data-rows] tbody a[data-row]")];
      if (!rows.length) return;
      const at = rows.indexOf(document.activeElement);
      const next = rows[at + (event.key === "j" ? 1 : -1)] || rows[event.key === "j" ? 0 : rows.length - 1];
      next.focus();
    }
  });
}

function typing(element) {
  return element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}
