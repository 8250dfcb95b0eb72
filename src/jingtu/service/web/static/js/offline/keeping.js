// Pages kept for their owner: only those that the server marks, for a few days, never another person's.
import { owner } from "./store.js";

const PAGES = "jingtu-pages";
const MARK = "Jingtu-Keep";
const KEPT_MS = 7 * 24 * 3600 * 1000;

const place = (address) => new URL(address, location.origin).pathname;

export async function keepPage(address, response) {
  const user = response.headers.get(MARK);
  if (!user || response.status !== 200 || response.redirected) return false;
  const before = await owner();
  if (before && before !== user) return false; // the page itself clears up first
  const cache = await caches.open(PAGES);
  await cache.put(place(address), response);
  return true;
}

export const isMarked = (response) => response.headers.has(MARK);

export async function keptPage(address) {
  if (!(await caches.has(PAGES))) return undefined;
  const cache = await caches.open(PAGES);
  const found = await cache.match(place(address), { ignoreVary: true });
  if (!found) return undefined;
  const age = Date.now() - Date.parse(found.headers.get("Date") || "");
  if (age < KEPT_MS) return found;
  await cache.delete(place(address), { ignoreVary: true });
  return undefined;
}

export async function dropPages() {
  if (typeof caches !== "undefined") await caches.delete(PAGES);
}
