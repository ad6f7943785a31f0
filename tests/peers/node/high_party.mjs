// A FAPI 2.0 client on npm oauth4webapi: `begin` pushes a request, `finish` takes what came back.
// Both read one JSON object from standard input and write one to standard output.
import dns from "node:dns";
import fs from "node:fs";
import * as oauth from "oauth4webapi";

const lookup = dns.lookup;
dns.lookup = (name, options, done) =>
  lookup(name.endsWith(".test") ? "127.0.0.1" : name, options, done);

const given = JSON.parse(fs.readFileSync(0, "utf8"));
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const imported = (jwk, use) => crypto.subtle.importKey("jwk", jwk, CURVE, true, [use]);
const issuer = new URL(given.issuer);
const hub = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
const client = { client_id: given.client_id, require_auth_time: true };
const key = await imported(given.key, "sign");
const authentication = oauth.PrivateKeyJwt({ key, kid: given.key.kid });

// The hub asks proofs for a nonce of its own: told once, the library repeats the call with it.
const repeated = async (call) => {
  try {
    return await call();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return call();
  }
};

const begin = async () => {
  const pair = await oauth.generateKeyPair("ES256", { extractable: true });
  const DPoP = oauth.DPoP(client, pair);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const parameters = {
    redirect_uri: given.redirect_uri, response_type: "code", scope: "openid profile email",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256", state, nonce,
  };
  const pushed = await repeated(async () => oauth.processPushedAuthorizationResponse(
    hub, client,
    await oauth.pushedAuthorizationRequest(hub, client, authentication, parameters, { DPoP }),
  ));
  const address = new URL(hub.authorization_endpoint);
  address.search = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri });
  const exported = await Promise.all(
    ["privateKey", "publicKey"].map((each) => crypto.subtle.exportKey("jwk", pair[each])),
  );
  return { address: address.href, verifier, state, nonce, pair: exported };
};

const finish = async () => {
  const [privateKey, publicKey] = await Promise.all(
    given.pair.map((jwk, place) => imported(jwk, place === 0 ? "sign" : "verify")),
  );
  const DPoP = oauth.DPoP(client, { privateKey, publicKey });
  const came = oauth.validateAuthResponse(hub, client, new URL(given.callback), given.state);
  let signed;
  const tokens = await repeated(async () => {
    const answer = await oauth.authorizationCodeGrantRequest(
      hub, client, authentication, came, given.redirect_uri, given.verifier, { DPoP },
    );
    const read = await oauth.processAuthorizationCodeResponse(
      hub, client, answer, { expectedNonce: given.nonce, requireIdToken: true },
    );
    signed = answer;
    return read;
  });
  await oauth.validateApplicationLevelSignature(hub, signed);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  const userinfo = async (access) => repeated(async () => oauth.processUserInfoResponse(
    hub, client, claims.sub, await oauth.userInfoRequest(hub, client, access, { DPoP }),
  ));
  const told = await userinfo(tokens.access_token);
  const renewed = await repeated(async () => oauth.processRefreshTokenResponse(
    hub, client,
    await oauth.refreshTokenGrantRequest(hub, client, authentication, tokens.refresh_token, { DPoP }),
  ));
  const again = await userinfo(renewed.access_token);
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(hub, client, authentication, tokens.refresh_token),
  );
  const refused = await userinfo(renewed.access_token).then(() => "served", (error) => error.code);
  return { type: tokens.token_type, claims, told, again, refused };
};

const done = await { begin, finish }[process.argv[2]]();
process.stdout.write(JSON.stringify(done));
