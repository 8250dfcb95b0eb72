// What every page needs; each part looks for its own data attribute and does nothing without it.
import { startConfirm } from "./confirm.js";
import { startConnection } from "./connection.js";
import { startDrafts } from "./drafts.js";
import { startDrawer } from "./drawer.js";
import { startDrop } from "./drop.js";
import { startKeyboard } from "./keyboard.js";
import { startLists } from "./lists.js";
import { startMenus } from "./menus.js";
import { startMessages } from "./messages.js";
import { startOffline } from "./offline/start.js";

for (const start of [startMenus, startDrawer, startDrop, startKeyboard, startDrafts, startConnection, startConfirm, startLists, startMessages, startOffline]) {
  start();
}
if (document.querySelector("[data-review]")) {
  import("./review.js").then((module) => module.startReview());
}
if (document.querySelector("[data-chart]")) {
  import("./charts.js").then((module) => module.startCharts());
}
window.dispatchEvent(new Event("jingtu:ready"));
