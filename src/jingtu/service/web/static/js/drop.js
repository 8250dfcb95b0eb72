// Drop zones: [data-drop] is a form with a file input; files dropped on it are sent with a progress bar.
// Without this script the form still works: choose a file, press the button.
export function startDrop() {
  for (const form of document.querySelectorAll("form[data-drop]")) {
    const input = form.querySelector("input[type=file]");
    if (!input || input.disabled) continue;
    for (const name of ["dragenter", "dragover"]) {
      form.addEventListener(name, (event) => {
        event.preventDefault();
        form.classList.add("is-over");
      });
    }
    form.addEventListener("dragleave", () => form.classList.remove("is-over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("is-over");
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const chosen = (now) => {
      show(form, [...input.files].map((file) => `${file.name}（${size(file.size)}）`));
      if (now && form.dataset.drop === "send" && input.files.length) send(form, input);
    };
    input.addEventListener("change", () => chosen(true));
    // Chosen before this script came: as if chosen now. A file that the browser put back on return waits for the button.
    if (input.files.length) chosen(performance.getEntriesByType("navigation")[0]?.type === "navigate");
    form.addEventListener("submit", (event) => {
      if (!input.files.length) return;
      event.preventDefault();
      send(form, input);
    });
  }
}

function send(form, input) {
  const limit = Number(form.dataset.limit || 0);
  const large = [...input.files].find((file) => limit && file.size > limit);
  if (large) {
    show(form, [`“${large.name}”有 ${size(large.size)}，超过 ${size(limit)} 的上限；请拆分后再传。`]);
    return;
  }
  const request = new XMLHttpRequest();
  const bar = form.querySelector("progress") || document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", "上传进度");
  form.append(bar);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    show(form, ["文件已上传，正在读取内容，通常需要几秒钟…"]);
  });
  request.addEventListener("load", () => {
    const type = request.getResponseHeader("Content-Type") || "";
    if (request.responseURL && request.status < 400 && new URL(request.responseURL).href !== new URL(form.action).href) {
      window.location.assign(request.responseURL);
    } else if (type.includes("text/html")) {
      const parsed = new DOMParser().parseFromString(request.responseText, "text/html");
      const words = parsed.querySelector(".error-what, .message-error .message-text, .message-error");
      failed(form, bar, words ? words.innerText || words.textContent : "上传没有完成，请稍后再试。");
    } else {
      failed(form, bar, "上传没有完成，请稍后再试。");
    }
  });
  request.addEventListener("error", () => failed(form, bar, "网络中断，文件没有传完；请恢复连接后重新拖入。"));
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function failed(form, bar, words) {
  bar.remove();
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  const list = show(form, [words.trim()]);
  list.setAttribute("role", "alert");
}

function show(form, lines) {
  let list = form.querySelector(".drop-files");
  if (!list) {
    list = document.createElement("ul");
    list.className = "drop-files";
    list.setAttribute("aria-live", "polite");
    form.append(list);
  }
  list.replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
  return list;
}

function size(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}
