// Work without a network: the worker, the outbox, the pages taken along, and their end at the log-out.
import { DRAFTS } from "../drafts.js";
import { toast } from "../messages.js";
import { dropPages, keepPage, keptPage } from "./keeping.js";
import { showCount, showOutbox } from "./outbox.js";
import { startReports } from "./reports.js";
import { sendAll } from "./sending.js";
import { clear, onChange, owner, records, setOwner } from "./store.js";

const AGAIN_MS = 60_000;
const SYNC = "jingtu-outbox";

export async function startOffline() {
  wipeAtLogout();
  const { user, offlineWorker, offlineSender } = document.body.dataset;
  if (!user) return;
  await takeOver(user);
  if (!offlineWorker) return;
  const send = (only) => sendAll(offlineSender, { only, behind: false });
  startReports(user, offlineSender, () => askForSync());
  onChange((news) => {
    showCount();
    showOutbox(send);
    if (news.sent) toast(`已发送 ${news.sent} 份进展。`, "success");
    if (news.refused) toast("有进展未被接收，原因列在“待发送”。");
    if (news.login) toast("登录已过期，重新登录后自动发送。", "warning");
  });
  document.querySelector("[data-outbox-send-all]")?.addEventListener("click", () => send(null));
  showCount();
  showOutbox(send);
  const sendQuietly = () => navigator.onLine && sendAll(offlineSender).catch(() => {});
  window.addEventListener("online", sendQuietly);
  document.addEventListener("visibilitychange", () => document.hidden || sendQuietly());
  setInterval(sendQuietly, AGAIN_MS);
  sendQuietly();
  startTakingAlong(offlineWorker);
}

// What the last person left here is not for the next one.
async function takeOver(user) {
  try {
    const before = await owner();
    if (before === user) return;
    if (before) {
      const left = (await records()).length;
      await wipe();
      toast(left ? `已清除上一位使用者留在本机的内容，其中 ${left} 份进展没有发送。` : "已清除上一位使用者留在本机的内容。", "warning");
    }
    await setOwner(user);
  } catch {
    // no storage here: nothing is kept, nothing has to be cleared
  }
}

async function wipe() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(DRAFTS)) localStorage.removeItem(name);
  await Promise.allSettled([dropPages(), clear()]);
}

function wipeAtLogout() {
  for (const form of document.querySelectorAll('form[action*="logout"]')) {
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      await wipe();
      form.submit();
    });
  }
}

async function askForSync() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.sync?.register(SYNC).catch(() => {});
}

// The form that is open now, and the outbox that it may need, before the worker has seen either.
async function keepHere() {
  if (!document.querySelector("[data-outbox]") || !navigator.onLine) return;
  const pages = [document.querySelector("[data-outbox-count]").pathname];
  if (document.querySelector("[data-keep-here]")) pages.push(location.pathname);
  for (const page of pages) {
    try {
      if (!(await keptPage(page))) await keepPage(page, await fetch(page, { credentials: "same-origin", cache: "no-store" }));
    } catch {
      return; // no network after all: what is typed here is kept all the same
    }
  }
}

// The worker needs a secure context; without one a page that is open still keeps and sends what is typed.
async function startTakingAlong(address) {
  if (!navigator.serviceWorker || typeof caches === "undefined") return;
  try {
    await navigator.serviceWorker.register(address, { type: "module", updateViaCache: "none" });
  } catch {
    return;
  }
  await keepHere();
  const button = document.querySelector("[data-take-along-button]");
  if (!button) return;
  for (const element of document.querySelectorAll("[data-take-along]")) element.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const note = document.querySelector("[data-take-along-note]");
    const links = [...document.querySelectorAll("a[data-keep]")].map((link) => link.pathname);
    const pages = [location.pathname, document.querySelector("[data-outbox-count]").pathname, ...links];
    let kept = 0;
    try {
      await navigator.serviceWorker.ready;
      for (const page of pages) {
        const answer = await fetch(page, { credentials: "same-origin", cache: "no-store" });
        if (await keepPage(page, answer)) kept += 1;
        note.textContent = `正在存入本机：${kept} / ${pages.length} 页`;
      }
      await navigator.storage?.persist?.();
      note.textContent = kept === pages.length ? `已存入本机，没有网络时可以填报 ${links.length} 项任务。` : `只存入了 ${kept} 页，请刷新后再点一次。`;
    } catch {
      note.textContent = `网络中断，只存入了 ${kept} 页；连上网络后再点一次。`;
    } finally {
      button.disabled = false;
    }
  });
}
