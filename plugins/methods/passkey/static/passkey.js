// Asks the browser for a passkey and sends what it signed. Without this file the page says so.
"use strict";
{
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const toProve = (told) => ({
    ...told, challenge: bytes(told.challenge), allowCredentials: named(told.allowCredentials),
  });
  const toMake = (told) => ({
    ...told,
    challenge: bytes(told.challenge),
    user: { ...told.user, id: bytes(told.user.id) },
    excludeCredentials: named(told.excludeCredentials),
  });

  function answered(key) {
    const from = key.response, response = { clientDataJSON: text(from.clientDataJSON) };
    if (from.attestationObject) {
      response.attestationObject = text(from.attestationObject);
      response.transports = from.getTransports ? from.getTransports() : [];
    } else {
      response.authenticatorData = text(from.authenticatorData);
      response.signature = text(from.signature);
      response.userHandle = from.userHandle ? text(from.userHandle) : null;
    }
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
  }

  const room = document.querySelector("[data-passkey]");
  const form = room.closest("form");
  const told = JSON.parse(room.dataset.options);
  let waiting = new AbortController();

  function send(name, content) {
    form.elements[name].value = content;
    // A field may be called "submit": the form's own function is then hidden behind it.
    HTMLFormElement.prototype.submit.call(form);
  }

  async function ask() {
    waiting.abort();
    waiting = new AbortController();
    try {
      const keys = navigator.credentials, signal = waiting.signal;
      const key = room.dataset.passkey === "make"
        ? await keys.create({ publicKey: toMake(told), signal })
        : await keys.get({ publicKey: toProve(told), signal });
      send("response", answered(key));
    } catch (error) {
      if (error.name !== "AbortError") send("failed", error.name || "Error");
    }
  }

  async function wait() {
    const field = document.querySelector('input[autocomplete~="username"]');
    const can = PublicKeyCredential.isConditionalMediationAvailable;
    if (!field || !can || !(await PublicKeyCredential.isConditionalMediationAvailable())) return;
    field.autocomplete = "username webauthn";
    try {
      const publicKey = toProve(told), signal = waiting.signal;
      send("response", answered(await navigator.credentials.get({ publicKey, signal, mediation: "conditional" })));
    } catch {
      // Nobody chose one of the list: the page is as it was.
    }
  }

  if (!window.PublicKeyCredential) {
    for (const each of room.querySelectorAll("[data-unfit]")) each.hidden = false;
  } else if (room.dataset.passkey === "beside") {
    // The button of the method opens the browser's own window at once.
    for (const each of document.forms) {
      if (each !== form && each.action === form.action) {
        each.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
      }
    }
    wait();
  } else {
    form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  }
}
