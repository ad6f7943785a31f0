// Warns before a session runs out. The server alone knows how long is left: another tab may be in use.
const box = document.getElementById("idle");
const clock = box.querySelector("time");
const WARNED = 120;
let until = 0;
let next = 0;

const dirty = () =>
  [...document.querySelectorAll("main input, main textarea")].some(
    (each) => each.type !== "hidden" && each.type !== "search" && each.value !== each.defaultValue,
  );

function show() {
  const left = Math.max(0, Math.round((until - Date.now()) / 1000));
  clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (left) next = setTimeout(show, 1000);
  else ask();
}

function over() {
  // What was typed and not sent stays on the screen, unless the screen is anybody's.
  if (!dirty() || "shared" in box.dataset) return location.reload();
  box.classList.add("over");
  if (!box.open) box.showModal();
}

function heard(left) {
  clearTimeout(next);
  until = Date.now() + left * 1000;
  if (!left) return over();
  if (left > WARNED) {
    if (box.open) box.close();
    next = setTimeout(ask, (left - WARNED) * 1000);
    return;
  }
  box.classList.remove("over");
  if (!box.open) box.showModal();
  show();
}

async function ask() {
  clearTimeout(next);
  try {
    heard((await (await fetch("/session/left")).json()).left);
  } catch {
    next = setTimeout(ask, 15000);
  }
}

box.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new URLSearchParams({ csrf: event.target.elements.csrf.value });
  const answer = await fetch("/session/stay", { method: "POST", body });
  if (answer.ok) heard((await answer.json()).left);
  else location.reload();
});
// A laptop that slept has run no timer.
document.addEventListener("visibilitychange", () => document.hidden || ask());
next = setTimeout(ask, box.dataset.after * 1000);
