// Offers names while one types; without this file the search works all the same.
const who = document.getElementById("who");
const names = document.getElementById("names");
let waiting = 0;

async function suggest() {
  const typed = who.value.trim();
  if (typed.length < 2) return;
  const answer = await fetch(
    `/apps/directory/suggest?who=${encodeURIComponent(typed)}`,
    { headers: { Accept: "application/json" } },
  );
  if (!answer.ok || who.value.trim() !== typed) return;
  const found = await answer.json();
  names.replaceChildren(...found.map((name) => new Option(name)));
}

who.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(suggest, 250);
});
