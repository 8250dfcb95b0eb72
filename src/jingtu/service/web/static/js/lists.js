// Lists: choose columns and keep the choice; a select[data-go] goes where its option says; data-print prints.
const PREFIX = "jingtu-columns:";

export function startLists() {
  for (const form of document.querySelectorAll("form[data-columns]")) {
    const key = PREFIX + form.dataset.columns;
    const address = new URL(window.location.href);
    if (!address.searchParams.has("columns")) {
      const kept = localStorage.getItem(key);
      if (kept) {
        address.searchParams.set("columns", kept);
        window.location.replace(address);
        return;
      }
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const names = [...form.querySelectorAll("input:checked")].map((box) => box.value);
      if (!names.length) return;
      localStorage.setItem(key, names.join(","));
      address.searchParams.set("columns", names.join(","));
      address.searchParams.delete("after");
      window.location.assign(address);
    });
    form.addEventListener("reset", () => {
      localStorage.removeItem(key);
      address.searchParams.delete("columns");
      window.location.assign(address);
    });
  }
  document.addEventListener("change", (event) => {
    const select = event.target.closest("select[data-go]");
    if (select) window.location.assign(select.value);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  const toggles = document.querySelectorAll("[data-check-all]");
  for (const toggle of toggles) {
    toggle.addEventListener("change", () => {
      for (const box of document.querySelectorAll(`input[name="${toggle.dataset.checkAll}"]`)) box.checked = toggle.checked;
    });
  }
}
