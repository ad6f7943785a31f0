// Filters the tiles as one types; without this file the form asks the server.
const field = document.getElementById("q");
const tiles = [...document.querySelectorAll(".tiles > li")];
const found = document.getElementById("found");
const empty = document.getElementById("no-favourite");
const plain = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function filter() {
  const parts = plain(field.value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const tile of tiles) {
    const fits = parts.every((part) => tile.dataset.text.includes(part));
    tile.hidden = parts.length ? !fits : "elsewhere" in tile.dataset;
    if (!tile.hidden) count += 1;
  }
  if (empty) empty.hidden = parts.length > 0;
  found.hidden = !parts.length;
  const one = document.documentElement.lang === "fr" ? count < 2 : count === 1;
  const words = one ? found.dataset.one : found.dataset.many;
  found.firstElementChild.textContent = words
    .replace(/\d+/, count)
    .replace("§", field.value.trim());
}

// Where the server has searched already, the other tiles are not on the page.
if (field && !field.value) field.addEventListener("input", filter);
