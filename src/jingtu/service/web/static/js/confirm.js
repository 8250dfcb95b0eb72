// form[data-confirm="what will happen"]: asks first; with data-reason="field" a reason must be given.
export function startConfirm() {
  const dialog = document.querySelector("[data-confirm-dialog]");
  if (!dialog || !dialog.showModal) return;
  const input = dialog.querySelector("[data-confirm-input]");
  const label = dialog.querySelector("[data-confirm-reason]");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const words = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!words || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopPropagation();
    const reason = event.submitter?.dataset.reason || form.dataset.reason;
    dialog.querySelector("[data-confirm-title]").textContent = form.dataset.confirmTitle || "请确认";
    dialog.querySelector("[data-confirm-text]").textContent = words;
    label.hidden = !reason;
    input.required = Boolean(reason);
    input.value = "";
    const submitter = event.submitter;
    dialog.onclose = () => {
      if (dialog.returnValue !== "ok") return;
      if (reason) {
        let field = form.elements[reason];
        if (!field) {
          field = document.createElement("input");
          field.type = "hidden";
          field.name = reason;
          form.append(field);
        }
        field.value = input.value;
      }
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter || undefined);
      delete form.dataset.confirmed;
    };
    dialog.returnValue = "";
    dialog.showModal();
  }, true);
}
