// Keeps the live part of a page current: when the server says that something changed, the part is fetched and put in
// place. Without script the page is the same, and reading it again shows the same.
"use strict";

const part = document.querySelector("[data-live]");
let wanted = false;
let busy = false;

async function refresh() {
  wanted = true;
  if (busy || document.hidden) return;
  busy = true;
  while (wanted) {
    wanted = false;
    try {
      const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" }, redirect: "error" });
      if (answer.ok) part.innerHTML = await answer.text();
    } catch {
      // The stream tells when the server is back.
    }
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  busy = false;
}

if (part) {
  const stream = new EventSource("/stream");
  stream.addEventListener("changed", refresh);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && wanted) refresh(); });
  window.addEventListener("pagehide", () => stream.close());
}
