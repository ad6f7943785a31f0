// A SAML service on npm @node-saml/node-saml: / sends to the hub, /acs shows what the library believed.
import fs from "node:fs";
import https from "node:https";
import { SAML } from "@node-saml/node-saml";

const party = JSON.parse(process.env.SAML_PARTY);
const waiting = new Map();
const common = {
  entryPoint: party.sso,
  logoutUrl: party.slo,
  logoutCallbackUrl: `${party.origin}/slo`,
  callbackUrl: `${party.origin}/acs`,
  issuer: party.entity_id,
  audience: party.entity_id,
  idpIssuer: party.hub,
  idpCert: party.certificates,
  privateKey: party.own_key,
  decryptionPvk: party.own_key,
  signatureAlgorithm: "sha256",
  digestAlgorithm: "sha256",
  identifierFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
  wantAssertionsSigned: true,
  wantAuthnResponseSigned: true,
  validateInResponseTo: "always",
  cacheProvider: {
    saveAsync: async (key, value) => { waiting.set(key, value); return { value, createdAt: Date.now() }; },
    getAsync: async (key) => waiting.get(key) ?? null,
    removeAsync: async (key) => waiting.delete(key) ? key : null,
  },
};
const asking = (asked) => new SAML({
  ...common,
  forceAuthn: asked.has("force"),
  passive: asked.has("passive"),
  disableRequestedAuthnContext: !asked.has("class"),
  authnContext: asked.getAll("class"),
  racComparison: asked.get("comparison") ?? "exact",
});
const saml = asking(new URLSearchParams());
let held; // the profile of whoever signed in last

const escape = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
const show = (response, status, id, content) => {
  response.writeHead(status, { "Content-Type": "text/html; charset=utf-8" });
  response.end(`<h1>${id}</h1><pre id=${id}>${escape(JSON.stringify(content))}</pre>`);
};
const send = (response, address) => response.writeHead(303, { Location: address }).end();
const posted = async (request) => {
  let body = "";
  for await (const part of request) body += part;
  return new URLSearchParams(body);
};

const finish = async (request, response) => {
  const form = await posted(request);
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: form.get("SAMLResponse") });
  if (profile === null) return show(response, 200, "nobody", { relay: form.get("RelayState") });
  held = profile;
  const said = profile.getAssertion().Assertion.AuthnStatement[0];
  return show(response, 200, "profile", {
    ...profile,
    relay: form.get("RelayState"),
    at: said.$.AuthnInstant,
    class: said.AuthnContext[0].AuthnContextClassRef[0]._,
    sealed: Buffer.from(form.get("SAMLResponse"), "base64").includes("EncryptedAssertion"),
  });
};

const leave = async (response) => send(response, await saml.getLogoutUrlAsync(held, "left", {}));

const told = async (address, response) => {
  const query = Object.fromEntries(address.searchParams);
  // The library passes a message without a signature.
  if (!query.Signature) throw new Error("unsigned");
  const { profile } = await saml.validateRedirectAsync(query, address.search.slice(1));
  if (!query.SAMLRequest) return show(response, 200, "left", { relay: query.RelayState });
  held = undefined;
  return send(response, await saml.getLogoutResponseUrlAsync(profile, query.RelayState ?? "", {}, true));
};

const serve = async (request, response) => {
  const address = new URL(request.url, party.origin);
  try {
    if (address.pathname === "/acs") await finish(request, response);
    else if (address.pathname === "/") {
      send(response, await asking(address.searchParams).getAuthorizeUrlAsync("deep/é?x=1", undefined, {}));
    } else if (address.pathname === "/leave") await leave(response);
    else if (address.pathname === "/slo") await told(address, response);
    else show(response, 404, "error", { message: "not found" });
  } catch (error) {
    show(response, 400, "error", { message: error.message, status: error.xmlStatus ?? "" });
  }
};

https.createServer({ cert: fs.readFileSync(party.chain), key: fs.readFileSync(party.key) }, serve)
  .listen(party.port, "127.0.0.1");
