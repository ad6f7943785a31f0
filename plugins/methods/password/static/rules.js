// Judges a new password as it is typed; without this file it is judged when it is sent.
// A module: names at the top of a plain script would be those of every script of the page.
const rules = document.getElementById("password-rules");
const told = document.getElementById("password-told");
const first = document.getElementById("new_password");
const again = document.getElementById("new_password_again");
const said = rules.dataset;
const shortest = Number(said.shortest);
const ASKED = ["common", "personal"];
const PAUSE = 400;
let waiting = 0;
let announcing = 0;
let judged = "";
let left = false;

// As the server counts: what keyboards compose in several signs is one.
const length = () => [...first.value.normalize("NFC")].length;

function show(name, state, words = state ? said[state] : "") {
  const line = rules.querySelector(`[data-rule=${name}]`);
  if (state) line.dataset.state = state;
  else delete line.dataset.state;
  line.querySelector(".said").textContent = words ? ` – ${words}` : "";
}

function judgeHere() {
  const missing = shortest - length();
  if (!first.value) show("too_short", "");
  else if (missing <= 0) show("too_short", "kept");
  else if (left) show("too_short", "broken");
  else show("too_short", "", said.missing.replace("§", missing));
  const typing = document.activeElement === again && first.value.startsWith(again.value);
  if (!again.value) show("not_the_same", "");
  else if (again.value === first.value) show("not_the_same", "kept");
  else show("not_the_same", typing ? "" : "broken");
}

async function ask(typed) {
  const body = new URLSearchParams({
    csrf: first.form.elements.csrf.value,
    whose: said.whose,
    new_password: typed,
  });
  try {
    const answer = await fetch(said.judge, { method: "POST", body });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function judgeThere() {
  const typed = first.value;
  // Too short is refused whatever it is: it goes nowhere.
  const broken = length() < shortest ? null : await ask(typed);
  if (first.value !== typed) return;
  // Judged in part, or not at all: it is when it is sent.
  const known = broken && !broken.includes("too_long");
  for (const name of ASKED) {
    // Where the page knows no names, that none stands in it is judged when it is sent.
    const kept = name !== "personal" || said.whose ? "kept" : "";
    show(name, known ? (broken.includes(name) ? "broken" : kept) : "");
  }
  judged = known ? typed : "";
  soon();
}

// Said once the typing stops: a screen reader reads out keys until then.
function soon() {
  clearTimeout(announcing);
  announcing = setTimeout(announce, PAUSE);
}

function announce() {
  const wrong = [...rules.querySelectorAll("[data-state=broken] > span > span:first-child")];
  const fine = ASKED.every((each) => rules.querySelector(`[data-rule=${each}][data-state=kept]`));
  const names = wrong.map((each) => each.textContent).join(" ; ");
  told.textContent = names ? `${said.fix} ${names}` : fine ? said.fine : "";
}

function typed() {
  show("used_before", "");
  judgeHere();
  clearTimeout(waiting);
  if (first.value && first.value === judged) return soon();
  // What was said of another password is not said of this one.
  for (const name of ASKED) show(name, "");
  waiting = setTimeout(judgeThere, PAUSE);
}

first.addEventListener("input", typed);
first.addEventListener("change", () => {
  left = true;
  typed();
});
for (const event of ["input", "blur"]) {
  again.addEventListener(event, () => {
    judgeHere();
    soon();
  });
}
// Typed before this file came.
if (first.value) typed();
