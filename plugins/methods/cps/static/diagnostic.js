// Asks the agent of this workstation whether it is there, and what its reader holds.
(() => {
  const form = document.getElementById("diagnostic");
  const ask = document.getElementById("workstation-ask");
  const ANSWERS = 3000;
  const THINKS = 120000; // the browser's own question to the person waits as long
  const PAUSE = 2000;
  const READERLESS = { no_reader: "none", software_missing: "software" };
  const CARDS = { no_card: "none", removed: "none", several_cards: "several", blocked: "blocked" };
  const BAD_CARDS = { unreadable: "unreadable", not_authentication: "unreadable" };

  const tell = (name, outcome) =>
    form.dispatchEvent(new CustomEvent("checked", { detail: { name: `cps.${name}`, outcome } }));

  const permission = async () => {
    for (const name of ["loopback-network", "local-network-access"]) {
      try {
        return (await navigator.permissions.query({ name })).state;
      } catch {
        // not known here by this name
      }
    }
    return "granted";
  };

  const show = (state) => {
    tell("agent", "there");
    tell("reader", READERLESS[state] || "there");
    if (READERLESS[state] || state === "reading") tell("card", "unchecked");
    else tell("card", CARDS[state] || BAD_CARDS[state] || "there");
  };

  const look = async (patience) => {
    try {
      const options = { cache: "no-store", signal: AbortSignal.timeout(patience) };
      const answer = await fetch(`${form.dataset.workstation}/state`, options);
      if (!answer.ok) throw new Error("refused");
      show((await answer.json()).state);
    } catch {
      tell("agent", (await permission()) === "denied" ? "denied" : "absent");
      tell("reader", "unchecked");
      tell("card", "unchecked");
    }
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
