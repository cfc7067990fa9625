// Keys for people who know their way: g and a letter goes to a page, / to the search, ? shows them all. While somebody
// types, or with a key of the system held, they are off. The pages' own links say which letters there are.
"use strict";

const GO_WITHIN_MS = 1500;
let goUntil = 0;

function typing(target) {
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.nodeName);
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const goes = performance.now() < goUntil;
  goUntil = 0;
  if (goes) {
    const link = document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`);
    if (link) location.assign(link.href);
  } else if (event.key === "g") {
    goUntil = performance.now() + GO_WITHIN_MS;
  } else if (event.key === "/") {
    const box = document.querySelector("[type=search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "?") {
    const keys = document.getElementById("keys");
    if (keys.open) keys.close();
    else keys.showModal();
  }
}

addEventListener("keydown", press);
