// Fills in what only the browser can check; without this file the button notes the rest.
(() => {
  const form = document.getElementById("diagnostic");
  const CLOSE = 30000; // milliseconds: an authenticator's six digits live that long

  const tell = (name, outcome, shown = "") => {
    const row = form.querySelector(`[data-check="${name}"]`);
    const found = row && row.querySelector(`[data-outcome="${outcome}"]`);
    if (!found) return;
    for (const each of row.querySelectorAll("[data-outcome]")) each.hidden = each !== found;
    found.querySelector("[data-shown]").textContent = shown;
    form.elements[name].value = outcome;
  };

  // What scripts of methods find out.
  form.addEventListener("checked", ({ detail }) => tell(detail.name, detail.outcome, detail.shown));

  const now = async () => {
    const sent = Date.now();
    const answer = await fetch("/diagnostic/now", { cache: "no-store" }).then((r) => r.json());
    const came = Date.now();
    tell("cookies", answer.kept ? "kept" : "refused");
    const off = (sent + came) / 2 - answer.now;
    const near = Math.abs(off) <= CLOSE + (came - sent) / 2;
    tell("clock", near ? "right" : off > 0 ? "ahead" : "behind");
  };

  tell("script", "runs");
  now().catch(() => {});
})();
