// Sends what waits, in the order in which it was written. Pages and the service worker use the same code.
import { changed, held, put, records, remove } from "./store.js";

const LOCK = "jingtu-outbox";
const PATIENCE_MS = 120_000;

// One sender at a time; where the browser has no locks the key of each report keeps it once all the same.
export function sendAll(senderAddress, { only = null, behind = true } = {}) {
  const work = () => sendWaiting(senderAddress, only, behind);
  if (!navigator.locks) return work();
  return navigator.locks.request(LOCK, { ifAvailable: !only && behind }, (lock) => (lock ? work() : { sent: 0 }));
}

async function sendWaiting(senderAddress, only, behind) {
  const waiting = (await records()).filter((record) =>
    only ? record.key === only : !held(record) && (record.state !== "refused" || !behind));
  const news = { sent: 0, refused: 0, login: false, lost: false };
  if (!waiting.length) return news;
  for (const record of waiting) {
    const outcome = await sendOne(senderAddress, record, true);
    if (outcome.state === "sent") {
      news.sent += 1;
      await remove(record.key);
      continue;
    }
    if (outcome.state === "stranger") break;
    await put({ ...record, state: outcome.state, words: outcome.words || "" });
    if (outcome.state === "refused") news.refused += 1;
    else {
      news.login = outcome.state === "login";
      news.lost = outcome.state === "waiting";
      break;
    }
  }
  changed(news);
  return news;
}

// The outcome of one sending: sent {to}, refused {words}, login, stranger (another person is logged in), waiting.
export async function sendOne(senderAddress, record, behind) {
  try {
    const asked = await request(senderAddress, { headers: { Accept: "application/json" } });
    if (asked.type === "opaqueredirect" || asked.status === 401) return { state: "login" };
    if (!asked.ok) return { state: "waiting" };
    const who = await asked.json();
    if (who.user !== record.user) return { state: "stranger" };
    const headers = { Accept: "application/json", "X-CSRFToken": who.token };
    if (behind) headers["Jingtu-Behind"] = "1";
    const answer = await request(record.action, { method: "POST", body: content(record), headers });
    return await judge(answer);
  } catch {
    return { state: "waiting" };
  }
}

async function judge(answer) {
  if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "login" };
  const type = answer.headers.get("Content-Type") || "";
  if (answer.ok && type.includes("json")) return { state: "sent", to: (await answer.json()).to };
  if (answer.status >= 500 || answer.status === 408 || answer.status === 429 || answer.ok) return { state: "waiting" };
  if (!type.includes("json")) return { state: "waiting", words: "服务器暂时没有接收，稍后再发送。" };
  const problem = await answer.json();
  const lines = (problem.errors || []).map((item) => [item.column, item.message].filter(Boolean).join("："));
  return { state: "refused", words: [problem.detail, ...lines.filter((line) => !line.includes(problem.detail))].join("\n") };
}

async function request(address, options) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    return await fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: patience.signal, ...options });
  } finally {
    clearTimeout(timer);
  }
}

function content(record) {
  const data = new FormData();
  for (const [name, value] of record.fields) data.append(name, value);
  for (const photo of record.photos) {
    data.append("photos", photo.blob, photo.name);
    data.append("photo_taken", photo.taken || "");
    data.append("photo_position", photo.position || "");
  }
  for (const file of record.files) data.append("files", file.blob, file.name);
  data.append("key", record.key);
  data.append("written_on", record.writtenOn);
  return data;
}
