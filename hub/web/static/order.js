// Moves a tile by its grip, with a mouse or a finger; the arrow buttons do the same without it.
const form = document.getElementById("manage");
const list = form && form.querySelector("ol");
const said = document.getElementById("said");
let held = null;

function say(words) {
  said.className = "note ok";
  said.textContent = words;
}

async function keep() {
  const order = [...list.children].map((each) => each.dataset.key).join(" ");
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, order });
  const answer = await fetch("/services/order", { method: "POST", body, redirect: "manual" });
  if (answer.status !== 204) throw new Error(answer.status);
  const title = held.querySelector("strong").textContent;
  const place = [...list.children].indexOf(held) + 1;
  say(said.dataset.moved.replace("§", title).replace("#", place));
}

function grab(event) {
  const grip = event.target.closest(".grip");
  if (!grip || event.button) return;
  held = grip.closest("li");
  held.classList.add("held");
  list.setPointerCapture(event.pointerId);
  event.preventDefault();
}

function drag(event) {
  if (!held || !held.classList.contains("held")) return;
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const over = under && under.closest(".manage > li");
  if (!over || over === held) return;
  const box = over.getBoundingClientRect();
  const after = event.clientY > box.top + box.height / 2;
  list.insertBefore(held, after ? over.nextSibling : over);
}

function drop() {
  if (!held || !held.classList.contains("held")) return;
  held.classList.remove("held");
  keep().catch(() => say(said.dataset.failed));
}

if (list) {
  list.classList.add("draggable");
  list.addEventListener("pointerdown", grab);
  list.addEventListener("pointermove", drag);
  list.addEventListener("pointerup", drop);
  list.addEventListener("pointercancel", drop);
}
