// Keeps the live parts of a page current. The server sends a part as a whole when it looks otherwise than before; only
// nodes that differ are touched, so focus, selection and opened details stay. Without script it shows the same, once.
"use strict";

const address = document.getElementById("live").dataset.stream;
const link = document.getElementById("link");
let stream = null;

function fill(node, wanted) {
  let place = node.firstChild;
  for (const next of [...wanted.childNodes]) {
    const same = next.id ? [...node.children].find((child) => child.id === next.id) : place;
    if (!same || same.nodeName !== next.nodeName || (same.id ?? "") !== (next.id ?? "")) {
      if (next.nodeName === "TR") next.classList.add("fresh");
      node.insertBefore(next, place);
      continue;
    }
    if (same !== place) node.insertBefore(same, place);
    if (same.nodeType !== Node.ELEMENT_NODE) same.data = next.data;
    else if (!same.isEqualNode(next)) {
      const gone = same.getAttributeNames().filter((name) => !next.hasAttribute(name) && name !== "open");
      for (const name of gone) same.removeAttribute(name);
      for (const name of next.getAttributeNames()) same.setAttribute(name, next.getAttribute(name));
      fill(same, next);
    }
    place = same.nextSibling;
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

function put(event) {
  const held = document.activeElement;
  const wanted = new DOMParser().parseFromString(event.data, "text/html").body;
  fill(document.getElementById(event.type), wanted);
  if (held.isConnected && held !== document.activeElement) held.focus({ preventScroll: true });
}

function follow() {
  if (stream || document.hidden) return;
  stream = new EventSource(address);
  stream.onopen = () => (link.textContent = link.dataset.state = "live");
  stream.onerror = () => {
    link.textContent = link.dataset.state = "reconnecting";
    if (stream?.readyState === EventSource.CLOSED) { leave(); setTimeout(follow, 3000); }
  };
  stream.addEventListener("live", put);
  stream.addEventListener("pulse", put);
  stream.addEventListener("ended", () => location.reload());
}

// A page that nobody sees holds no connection: a browser has six for one server, for all its tabs together.
const leave = () => (stream = stream?.close() ?? null);
document.addEventListener("visibilitychange", () => (document.hidden ? leave() : follow()));
addEventListener("pagehide", leave);
addEventListener("pageshow", follow);
