// The outbox and its owner in IndexedDB. Where the browser allows no storage every call says so by failing.
const NAME = "jingtu-offline";
const OUTBOX = "outbox";
const META = "meta";
const CHANNEL = "jingtu-outbox";
// A form that is being sent from its own page is left alone by the others for so long.
const HELD_MS = 180_000;
let opening = null;
const listeners = new Set();
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
if (channel) channel.onmessage = (event) => hear(event.data);

function open() {
  opening ||= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(OUTBOX, { keyPath: "key" });
      request.result.createObjectStore(META);
    };
    request.onsuccess = () => {
      const database = request.result;
      const lost = () => {
        database.close();
        opening = null;
      };
      database.onversionchange = lost;
      database.onclose = lost;
      resolve(database);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  }).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

async function run(store, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const owner = () => run(META, "readonly", (store) => store.get("owner"));
export const setOwner = (user) => run(META, "readwrite", (store) => store.put(user, "owner"));

export async function records() {
  const found = await run(OUTBOX, "readonly", (store) => store.getAll());
  return found.sort((one, other) => one.createdAt - other.createdAt);
}

export const held = (record) => record.state === "sending" && Date.now() - record.since < HELD_MS;

export async function put(record) {
  await run(OUTBOX, "readwrite", (store) => store.put(record));
  changed();
}

export async function remove(key) {
  await run(OUTBOX, "readwrite", (store) => store.delete(key));
  changed();
}

export async function clear() {
  await run(OUTBOX, "readwrite", (store) => store.clear());
  await run(META, "readwrite", (store) => store.clear());
  changed();
}

// Tell this page, the others and the worker that the outbox is another now.
export function changed(news = {}) {
  hear(news);
  channel?.postMessage(news);
}

export function onChange(listener) {
  listeners.add(listener);
}

function hear(news) {
  for (const listener of listeners) listener(news);
}

// randomUUID exists in secure contexts only; an office network without TLS has random numbers all the same.
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
