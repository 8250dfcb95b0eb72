// The drawer on the right: [data-drawer-open="address"] fills and opens it, Escape closes it.
let opener = null;

export function startDrawer() {
  const drawer = document.querySelector("[data-drawer]");
  if (!drawer) return;
  if (drawer.childElementCount) drawer.hidden = false;
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-drawer-open]");
    if (target) {
      event.preventDefault();
      open(drawer, target);
    } else if (event.target.closest("[data-drawer-close]")) {
      close(drawer);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !drawer.hidden) close(drawer);
  });
}

async function open(drawer, target) {
  if (!drawer.contains(target)) opener = target; // a link inside leads on; closing goes back to the number
  const title = target.dataset.drawerTitle || "数从何来";
  drawer.replaceChildren(frame(title, "正在读取…"));
  drawer.hidden = false;
  drawer.querySelector("[data-drawer-close]").focus();
  try {
    const answer = await fetch(target.dataset.drawerOpen, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    const text = await answer.text();
    drawer.innerHTML = text;
    if (!drawer.querySelector("[data-drawer-close]")) drawer.prepend(frame(title, ""));
    drawer.querySelector("[data-drawer-close]")?.focus();
    window.htmx?.process(drawer);
  } catch (error) {
    console.error(error);
    drawer.replaceChildren(frame(title, "没有读到内容，请检查网络后重新打开。"));
  }
}

function frame(title, text) {
  const head = document.createElement("div");
  head.className = "drawer-head";
  const heading = document.createElement("h2");
  heading.textContent = title;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.dataset.drawerClose = "";
  button.textContent = "关闭";
  head.append(heading, button);
  const box = document.createElement("div");
  box.append(head);
  if (text) {
    const words = document.createElement("p");
    words.textContent = text;
    box.append(words);
  }
  return box;
}

function close(drawer) {
  drawer.hidden = true;
  opener?.focus();
  opener = null;
}
