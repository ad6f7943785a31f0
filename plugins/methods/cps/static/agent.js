// Follows the card reader through the agent of this workstation, and has the challenge signed.
// Without this file the page's own buttons lead to the agent by a link.
(() => {
  const box = document.getElementById("agent");
  const form = box.closest("form");
  const parts = [...box.querySelectorAll("[data-when]")];
  const drawn = performance.now();
  const FRESH = 45000; // the agent begins no challenge older than a minute
  const ANSWERS = 3000;
  const THINKS = 120000; // the browser's own question to the person waits as long
  let asked = false;

  const show = (state) => {
    for (const part of parts) part.hidden = !part.dataset.when.split(" ").includes(state);
  };

  const send = (fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    }
    HTMLFormElement.prototype.submit.call(form);
  };

  const called = async (path, patience, body) => {
    const options = { signal: AbortSignal.timeout(patience), cache: "no-store" };
    if (body) {
      Object.assign(options, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    }
    const answer = await fetch(box.dataset.address + path, options);
    if (!answer.ok) throw new Error("refused");
    return answer.json();
  };

  // Chromium splits what it once called one permission; others ask nothing.
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

  const sign = async () => {
    if (performance.now() - drawn > FRESH) {
      send({ agent: "read" });
      return;
    }
    let said;
    try {
      said = await called("/sign", THINKS, { challenge: box.dataset.challenge });
    } catch {
      said = { refused: "timeout" };
    }
    if (said.refused) {
      send({ agent_refused: said.refused, agent_tries: said.tries_left ?? "" });
      return;
    }
    send({
      agent_certificate: said.certificate,
      agent_signature: said.signature,
      agent_algorithm: said.algorithm,
      agent_shared: said.shared ? "yes" : "",
    });
  };

  const tell = (seen) => {
    for (const each of box.querySelectorAll("[data-holder]")) each.textContent = seen.holder;
    show(seen.state === "pin" && seen.tries_left === 1 ? "last_try" : seen.state);
    if (seen.state === "ready" && !asked) {
      asked = true;
      sign();
    }
  };

  const follow = async (patience) => {
    show("looking");
    let path = "/state";
    try {
      for (;;) {
        const seen = await called(path, patience);
        tell(seen);
        path = `/state?after=${seen.change}`;
        patience = THINKS;
      }
    } catch {
      show((await permission()) === "denied" ? "denied" : "absent");
    }
  };

  const begin = async () => {
    if (box.dataset.waits) {
      show("again");
      return;
    }
    const state = await permission();
    if (state === "denied") {
      show("denied");
      return;
    }
    if (state !== "prompt") {
      follow(ANSWERS);
      return;
    }
    // Explained before, and wanted again.
    if (box.dataset.goesOn) {
      follow(THINKS);
      return;
    }
    show("ask");
    document.getElementById("agent-go").addEventListener("click", () => follow(THINKS));
  };

  const await_answer = async () => {
    const answer = await fetch(box.dataset.look, { cache: "no-store" }).then((r) => r.json());
    if (answer.answered) send({ agent: "look" });
  };

  if (box.dataset.look) setInterval(() => await_answer().catch(() => {}), 2000);
  else begin();
})();
