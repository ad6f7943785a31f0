// Asks the agent of this workstation whether it is there, and what its reader holds.
(() => {
  const form = document.getElementById("diagnostic");
  const ask = document.getElementById("workstation-ask");
  const AT = `${form.dataset.workstation}/state`;
  const ANSWERS = 3000;
  const THINKS = 120000; // the browser's own question to the person waits as long
  const PAUSE = 2000;
  const SPEAKS = 2; // older agents do not say when a certificate ends
  const SOON = 30 * 86400000;
  const READERLESS = { no_reader: "none", software_missing: "software" };
  const CARDS = { no_card: "none", removed: "none", several_cards: "several", blocked: "blocked" };
  const BAD_CARDS = { unreadable: "unreadable", not_authentication: "unreadable" };

  const tell = (name, outcome, shown = "") =>
    form.dispatchEvent(
      new CustomEvent("checked", { detail: { name: `cps.${name}`, outcome, shown } }),
    );

  // Chromium splits what it once called one permission; others ask nothing.
  const permission = async () => {
    for (const name of ["loopback-network", "local-network-access"]) {
      try {
        return (await navigator.permissions.query({ name })).state;
      } catch {
        // not known here by this name
      }
    }
    return "unasked";
  };

  const lasts = (until) => {
    if (!until) {
      tell("certificate", "unchecked");
      return;
    }
    const end = new Date(until);
    const left = end - Date.now();
    const day = end.toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
    tell("certificate", left <= 0 ? "expired" : left < SOON ? "soon" : "valid", day);
  };

  const show = (said) => {
    const { state } = said;
    tell("agent", "there");
    tell("version", said.version >= SPEAKS ? "current" : "old", String(said.version));
    tell("shared", said.shared ? "many" : said.version >= SPEAKS ? "own" : "unchecked");
    tell("reader", READERLESS[state] || "there", said.readers.join(", "));
    if (READERLESS[state] || state === "reading") tell("card", "unchecked");
    else tell("card", CARDS[state] || BAD_CARDS[state] || "there", said.holder);
    lasts(said.until);
  };

  const called = (patience, mode) =>
    fetch(AT, { mode, cache: "no-store", signal: AbortSignal.timeout(patience) });

  // Something is there, and tells this portal nothing: an agent that does not know it, or that was
  // slow just now, or quite another program.
  const silent = async () => {
    const heard = await called(ANSWERS, "no-cors").then(() => true, () => false);
    tell("agent", heard ? "refuses" : "absent");
  };

  const look = async (patience) => {
    try {
      const answer = await called(patience, "cors");
      show(await answer.json());
    } catch {
      for (const name of ["version", "shared", "reader", "card", "certificate"]) {
        tell(name, "unchecked");
      }
      if ((await permission()) === "denied") tell("agent", "unchecked");
      else await silent();
    }
    const state = await permission();
    tell("permission", state === "prompt" ? "unchecked" : state);
    setTimeout(() => look(ANSWERS), PAUSE);
  };

  const begin = async () => {
    if ((await permission()) !== "prompt") {
      look(ANSWERS);
      return;
    }
    // Explained before the browser's own question comes.
    ask.hidden = false;
    ask.querySelector("button").addEventListener("click", () => {
      ask.hidden = true;
      look(THINKS);
    });
  };

  begin();
})();
