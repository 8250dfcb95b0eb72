// Drafts: what is typed into a form[data-draft="key"] stays in this browser until a page says it was saved.
export const DRAFTS = "jingtu-draft:";
const PREFIX = DRAFTS;

// The form's content is safe elsewhere now.
export function forgetDraft(form) {
  localStorage.removeItem(PREFIX + form.dataset.draft);
  sessionStorage.removeItem(`${PREFIX}pending`);
  form.querySelector(".draft-note")?.remove();
}

export function startDrafts() {
  const sent = document.documentElement.dataset.sent; // by early.js, which also notes what is sent from here
  if (sent && document.querySelector("[data-saved]")) localStorage.removeItem(PREFIX + sent);
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = PREFIX + form.dataset.draft;
    const typed = fields(form).filter(touched);
    restore(form, key, typed);
    if (typed.length) store(form, key);
    form.addEventListener("input", () => {
      if (store(form, key)) note(form, "草稿已保存在本机浏览器");
    });
  }
  for (const form of document.querySelectorAll('form[action*="logout"]')) {
    form.addEventListener("submit", () => {
      for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
    });
  }
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "file", "password", "submit", "button"].includes(field.type) && field.name !== "csrfmiddlewaretoken");
}

// Not as the page brought it: typed before this script came, or put back by the browser. That stands over a draft.
function touched(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const options = [...field.options];
  const brought = options.filter((option) => option.defaultSelected).pop() || options.find((option) => !option.disabled);
  return options[field.selectedIndex] !== brought;
}

function store(form, key) {
  const values = {};
  for (const field of fields(form)) {
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) values[field.name] = [...(values[field.name] || []), field.value];
    } else {
      values[field.name] = field.value;
    }
  }
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
  } catch {
    return false; // storage full or forbidden: the form itself still works
  }
  return true;
}

function restore(form, key, typed) {
  let draft = null;
  try {
    draft = JSON.parse(localStorage.getItem(key) || "null");
  } catch {
    localStorage.removeItem(key);
  }
  if (!draft || !draft.values) return;
  let changed = false;
  const theirs = new Set(typed.map((field) => field.name));
  for (const field of fields(form)) {
    if (theirs.has(field.name)) continue;
    const value = draft.values[field.name];
    if (field.type === "checkbox" || field.type === "radio") {
      const on = Array.isArray(value) && value.includes(field.value);
      if (field.checked !== on) changed = true;
      field.checked = on;
    } else if (typeof value === "string" && value !== field.value) {
      field.value = value;
      changed = true;
    }
  }
  if (!changed) return;
  form.closest("details")?.setAttribute("open", "");
  const box = note(form, "已恢复上次未提交的草稿");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-link";
  button.textContent = "不要草稿";
  button.addEventListener("click", () => {
    localStorage.removeItem(key);
    form.reset();
    box.textContent = "";
  });
  box.append(button);
}

function note(form, words) {
  let box = form.querySelector(".draft-note");
  if (!box) {
    box = document.createElement("p");
    box.className = "draft-note";
    box.setAttribute("aria-live", "polite");
    form.append(box);
  }
  box.textContent = words;
  return box;
}
