// What waits: the number on the top bar, and the page that lists each with its reason.
import { card, unwritten } from "./photos.js";
import { held, records, remove } from "./store.js";

const STATES = {
  waiting: ["state-waiting", "待发送"],
  sending: ["state-active", "正在发送"],
  login: ["state-warning", "需要登录"],
  refused: ["state-late", "未被接收"],
};
let shown = [];

export async function showCount() {
  const waiting = (await records().catch(() => [])).filter((record) => !held(record)).length;
  for (const link of document.querySelectorAll("[data-outbox-count]")) {
    link.hidden = !waiting;
    link.querySelector("strong").textContent = waiting;
  }
  for (const form of document.querySelectorAll('form[action*="logout"]')) {
    if (waiting) {
      form.dataset.confirmTitle = "还有没有发送的进展";
      form.dataset.confirm = `这台设备上有 ${waiting} 份进展没有发送，退出登录后将被清除，不能恢复。`;
    } else {
      delete form.dataset.confirm;
    }
  }
}

export async function showOutbox(send) {
  const place = document.querySelector("[data-outbox-list]");
  if (!place) return;
  const found = await records().catch(() => null);
  for (const address of shown.splice(0)) URL.revokeObjectURL(address);
  document.querySelector("[data-outbox-send-all]").hidden = !found?.length;
  if (!found?.length) {
    const empty = document.createElement("section");
    empty.className = "panel muted";
    empty.textContent = found ? "这台设备上没有待发送的进展。" : "浏览器不允许在本机保存，不能离线填报；有网络时在任务页填报不受影响。";
    place.replaceChildren(empty);
    return;
  }
  place.replaceChildren(...found.map((record) => item(record, send)));
}

function item(record, send) {
  const piece = document.querySelector("[data-outbox-item]").content.cloneNode(true);
  const find = (name) => piece.querySelector(`[data-${name}]`);
  const state = record.state === "sending" && !held(record) ? "waiting" : record.state;
  const [tone, label] = STATES[state];
  find("title").textContent = record.title;
  find("state").textContent = label;
  find("state").classList.add(tone);
  find("unit").textContent = record.unit;
  find("period").textContent = record.period.replace(/^(\d+)-0?(\d+)$/, "$1年$2月");
  find("written").textContent = record.writtenOn;
  find("text").textContent = record.text;
  find("words").textContent = record.words || "";
  find("words").hidden = !record.words;
  find("task").href = record.task;
  find("login").hidden = state !== "login";
  find("send").addEventListener("click", () => send(record.key));
  find("delete").addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    remove(record.key);
  });
  for (const photo of record.photos) {
    const address = URL.createObjectURL(photo.blob);
    shown.push(address);
    find("photos").append(card(address, photo.taken, unwritten(photo.position)));
  }
  if (record.files.length) {
    find("files").hidden = false;
    find("files").textContent = `附件：${record.files.map((file) => file.name).join("、")}`;
  }
  return piece;
}
