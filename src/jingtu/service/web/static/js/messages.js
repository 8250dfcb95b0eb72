// Answers to requests made in the background: what went wrong is said in a corner, in words.
export function startMessages() {
  document.addEventListener("htmx:responseError", (event) => {
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText || "", "text/html");
    toast(answer.body.textContent.trim().slice(0, 300) || "这一步没有完成，请稍后再试。");
  });
  document.addEventListener("htmx:sendError", () => toast("网络中断，这一步没有完成；恢复连接后再试。"));
}

export function toast(words, level = "error") {
  const place = document.querySelector("[data-toasts]");
  if (!place) return;
  const box = document.createElement("div");
  box.className = `message message-${level}`;
  box.textContent = words;
  place.append(box);
  window.setTimeout(() => box.remove(), 8000);
}
