// Stands in the head, before anything can be pressed: what a quick hand does before the other scripts came is kept for
// them. A step that asks first waits until it can ask; of a form that was sent, the page after it learns which it was.
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
