// The service worker: the shell's own files, the few pages that the server marked, and sending in the background.
import { isMarked, keepPage, keptPage } from "./keeping.js";
import { sendAll } from "./sending.js";

const SHELL = "jingtu-shell-";
const PATIENCE_MS = 6000; // a field has a network that answers nothing more often than it has none

export function startWorker({ version, files, offline, sender }) {
  const shell = SHELL + version;
  self.addEventListener("install", (event) => {
    event.waitUntil((async () => {
      const cache = await caches.open(shell);
      await cache.addAll([...files, offline].map((address) => new Request(address, { cache: "reload", credentials: "omit" })));
      await self.skipWaiting();
    })());
  });
  self.addEventListener("activate", (event) => {
    event.waitUntil((async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith(SHELL) && name !== shell).map((name) => caches.delete(name)));
      await self.clients.claim();
    })());
  });
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (request.method !== "GET" || address.origin !== self.location.origin) return;
    if (request.mode === "navigate") event.respondWith(openPage(event, shell, offline));
    else if (files.includes(address.pathname)) event.respondWith(file(request, shell));
  });
  self.addEventListener("sync", (event) => {
    if (event.tag === "jingtu-outbox") {
      event.waitUntil(sendAll(sender).then((news) => {
        if (news.lost) throw new Error("still without a network"); // the browser asks again later
      }));
    }
  });
}

// The network first: what is kept stands in only where there is none.
async function openPage(event, shell, offline) {
  const address = event.request.url;
  const kept = await keptPage(address).catch(() => undefined);
  try {
    const answer = await (kept ? soon(fetch(event.request)) : fetch(event.request));
    if (isMarked(answer)) event.waitUntil(keepPage(address, answer.clone()).catch(() => false));
    return answer;
  } catch {
    return kept || (await inShell(offline, shell)) || Response.error();
  }
}

async function file(request, shell) {
  try {
    return await soon(fetch(request));
  } catch {
    return (await inShell(request.url, shell)) || fetch(request);
  }
}

async function inShell(address, shell) {
  const cache = await caches.open(shell);
  return cache.match(address, { ignoreSearch: true, ignoreVary: true });
}

function soon(answer) {
  return Promise.race([answer, new Promise((_, reject) => setTimeout(() => reject(new Error("too slow")), PATIENCE_MS))]);
}
