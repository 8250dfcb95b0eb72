// A lost connection says so; a form sent meanwhile is held back, not lost.
export function startConnection() {
  const bar = document.querySelector("[data-offline]");
  if (!bar) return;
  const show = () => {
    bar.hidden = navigator.onLine;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-outbox], [data-local]")) return; // these need no network
    if (!navigator.onLine) {
      event.preventDefault();
      bar.hidden = false;
      bar.scrollIntoView({ block: "nearest" });
    }
  }, true);
}
