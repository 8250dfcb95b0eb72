// Stands in the head, before anything can be pressed, for hands that are quicker than the line: a step that asks first
// waits until it can ask, a form that was sent is known to the page after it, and what is pressed twice is sent once.
(() => {
  const PENDING = "jingtu-draft:pending";
  document.documentElement.dataset.sent = sessionStorage.getItem(PENDING) || "";
  sessionStorage.removeItem(PENDING);

  const waiting = new Map();
  let come = false;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!come && (event.submitter?.dataset.confirm || form.dataset.confirm)) {
      event.preventDefault();
      waiting.set(form, event.submitter);
    }
  }, true);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!waiting.has(form) && form.dataset.draft) sessionStorage.setItem(PENDING, form.dataset.draft);
  });

  // Pressed twice, sent once: a form on its way is not sent again until its page is back or nothing came of it.
  const PATIENCE_MS = 30_000;
  const sent = new Map();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    if (Date.now() - (sent.get(form) ?? -Infinity) < PATIENCE_MS) {
      event.preventDefault();
      return;
    }
    sent.set(form, Date.now());
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of sent.keys()) form.removeAttribute("aria-busy");
    sent.clear();
  });

  function release() {
    if (come) return;
    come = true;
    const held = [...waiting];
    waiting.clear();
    for (const [form, button] of held) form.requestSubmit(button || undefined);
  }
  window.addEventListener("jingtu:ready", release);
  window.addEventListener("load", release); // the scripts did not come at all: as in a browser without them
})();
