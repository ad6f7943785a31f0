// A relying party on npm openid-client: / sends to the hub, the callback shows the claims it verified.
import dns from "node:dns";
import fs from "node:fs";
import https from "node:https";
import * as oidc from "openid-client";

// The sites exist in no DNS: this process takes every *.test for loopback.
const lookup = dns.lookup;
dns.lookup = (name, options, done) =>
  lookup(name.endsWith(".test") ? "127.0.0.1" : name, options, done);

const party = JSON.parse(process.env.RELYING_PARTY);
const authentication = party.method === "post"
  ? oidc.ClientSecretPost(party.secret) : oidc.ClientSecretBasic(party.secret);
const hub = await oidc.discovery(new URL(party.issuer), party.client_id, undefined, authentication);
const waiting = new Map();
let held; // the tokens of whoever signed in last

const escape = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
const show = (response, status, id, content) => {
  response.writeHead(status, { "Content-Type": "text/html; charset=utf-8" });
  response.end(`<h1>${id}</h1><pre id=${id}>${escape(JSON.stringify(content))}</pre>`);
};

const begin = async (asked, response) => {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  waiting.set(state, { verifier, nonce });
  const address = oidc.buildAuthorizationUrl(hub, {
    redirect_uri: party.redirect_uri,
    scope: "openid profile email national_id",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    ...Object.fromEntries(asked),
  });
  response.writeHead(303, { Location: address.href }).end();
};

const finish = async (address, response) => {
  const state = address.searchParams.get("state");
  const { verifier, nonce } = waiting.get(state) ?? {};
  waiting.delete(state);
  const tokens = await oidc.authorizationCodeGrant(hub, address, {
    pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true,
  });
  held = tokens;
  const claims = tokens.claims();
  const userinfo = await oidc.fetchUserInfo(hub, tokens.access_token, claims.sub);
  show(response, 200, "claims", { id_token: claims, userinfo });
};

const renew = async (response) => {
  const { sub } = held.claims();
  const renewed = await oidc.refreshTokenGrant(hub, held.refresh_token);
  const userinfo = await oidc.fetchUserInfo(hub, renewed.access_token, sub);
  held = renewed;
  show(response, 200, "claims", { id_token: renewed.claims(), userinfo });
};

const leave = (response) => {
  const address = oidc.buildEndSessionUrl(hub, {
    id_token_hint: held.id_token, post_logout_redirect_uri: `${party.origin}/bye`, state: "left",
  });
  response.writeHead(303, { Location: address.href }).end();
};

const serve = async (request, response) => {
  const address = new URL(request.url, party.origin);
  try {
    if (address.pathname === new URL(party.redirect_uri).pathname) await finish(address, response);
    else if (address.pathname === "/") await begin(address.searchParams, response);
    else if (address.pathname === "/renew") await renew(response);
    else if (address.pathname === "/leave") leave(response);
    else if (address.pathname === "/bye") show(response, 200, "left", address.search);
    else show(response, 404, "error", { code: "not_found" });
  } catch (error) {
    show(response, 400, "error", { code: error.code ?? "", error: error.error ?? "", message: error.message });
  }
};

https.createServer({ cert: fs.readFileSync(party.chain), key: fs.readFileSync(party.key) }, serve)
  .listen(party.port, "127.0.0.1");
