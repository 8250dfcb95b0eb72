// A report goes into the outbox first and is sent from there: a network that breaks half way loses nothing.
import { forgetDraft } from "../drafts.js";
import { day, startPhotos } from "./photos.js";
import { sendOne } from "./sending.js";
import { newKey, put, remove } from "./store.js";

export function startReports(user, senderAddress, waits) {
  for (const form of document.querySelectorAll("form[data-outbox]")) watch(form, user, senderAddress, waits);
}

function watch(form, user, senderAddress, waits) {
  const photos = startPhotos(form);
  const button = form.querySelector(".report-submit button");
  let key = newKey();
  let busy = false;
  fitMonth(form);
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (busy) return;
    busy = button.disabled = true;
    try {
      await photos.ready();
      const record = { ...written(form, user, photos.taken()), key, state: "sending", since: Date.now() };
      const kept = await put(record).then(() => true, () => false);
      const outcome = navigator.onLine ? await sendOne(senderAddress, record, false) : { state: "waiting" };
      if (await settle(form, record, kept, outcome)) key = newKey();
      if (kept && outcome.state !== "sent" && outcome.state !== "refused") waits();
    } finally {
      busy = button.disabled = false;
    }
  });
}

// Whether the form is done with; its content is on the server or in the outbox then.
async function settle(form, record, kept, outcome) {
  if (outcome.state === "sent") {
    if (kept) await remove(record.key);
    location.assign(outcome.to);
    return true;
  }
  if (outcome.state === "refused") {
    if (kept) await put({ ...record, state: "refused", words: outcome.words });
    say(form, outcome.words, "error");
    return false;
  }
  if (!kept) {
    say(form, "现在没有网络，浏览器又不允许在本机保存。请不要关闭本页，恢复连接后再提交。", "error");
    return false;
  }
  const login = outcome.state === "login" || outcome.state === "stranger";
  await put({ ...record, state: login ? "login" : "waiting" });
  forgetDraft(form);
  form.reset();
  fitMonth(form);
  say(form, login
    ? "登录已过期，这份进展已存入“待发送”；请重新登录，登录后自动发送。"
    : "现在没有网络，这份进展已存入“待发送”，连上网络后自动发送。", "warning");
  return true;
}

function written(form, user, photos) {
  const fields = [];
  const files = [];
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken" || name === "photos") continue;
    if (typeof value === "string") fields.push([name, value]);
    else if (value.size) files.push({ name: value.name, blob: value });
  }
  const value = (name) => form.elements[name]?.value || "";
  const unit = form.elements.organisation;
  return {
    user, fields, files, photos,
    createdAt: Date.now(),
    action: new URL(form.action).pathname,
    task: form.dataset.task,
    title: form.dataset.outbox,
    unit: unit.options[unit.selectedIndex]?.textContent || "",
    period: value("period"),
    text: value("text"),
    writtenOn: writtenOn(form),
  };
}

// The business date on which it is written: that of the page, and the days that passed since the page was made.
function writtenOn(form) {
  const today = Date.parse(day(new Date()));
  const passed = Math.max(0, today - Date.parse(form.dataset.served));
  return new Date(Date.parse(form.dataset.on) + passed).toISOString().slice(0, 10);
}

// A page taken along in June and opened in July reports for July.
function fitMonth(form) {
  const field = form.elements.period;
  const month = writtenOn(form).slice(0, 7);
  if (month <= field.max) return;
  if (field.value === field.max) field.value = month;
  field.max = month;
}

function say(form, words, level) {
  const box = form.querySelector("[data-outbox-note]");
  box.className = `message message-${level} pre`;
  box.textContent = words;
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
}
