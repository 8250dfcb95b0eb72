// Menus of the header: one open at a time, closed by Escape or a click elsewhere, filled when first opened.
export function startMenus() {
  const menus = [...document.querySelectorAll("details[data-menu]")];
  for (const menu of menus) {
    menu.addEventListener("toggle", () => {
      if (!menu.open) return;
      for (const other of menus) if (other !== menu) other.open = false;
      const lazy = menu.querySelector("[data-load]");
      if (lazy && !lazy.dataset.loaded) load(lazy);
      menu.querySelector("input")?.focus();
    });
  }
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus) {
      if (menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });
  document.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back]");
    if (back && history.length > 1) {
      event.preventDefault();
      history.back();
    }
  });
}

async function load(place) {
  place.dataset.loaded = "yes";
  try {
    const answer = await fetch(place.dataset.load, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    place.innerHTML = await answer.text();
    window.htmx?.process(place);
    place.querySelector("input")?.focus();
  } catch {
    delete place.dataset.loaded;
    place.textContent = "没有读到内容，请关闭后重新打开。";
  }
}
