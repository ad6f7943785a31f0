// npm oidc-provider as a provider above the hub, with the claims of Pro Santé Connect.
// UPSTREAM: { port, client, acr }. Whoever asks is signed in at once and consents; with
// { asks: { issuer, chain, key, numbers } } its own pages ask who it is, over TLS, and her
// number is the one of the login she typed.
import Provider from 'oidc-provider';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const { port, client, acr, asks } = JSON.parse(process.env.UPSTREAM);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };
const person = {
  sub: 'f:550dc1c8:99700000001',
  given_name: 'Ann',
  family_name: 'Martin',
  SubjectNameID: '99700000001',
  otherIds: [{ identifiant: '99700000001', origine: 'RPPS', qualite: 1 }],
  SubjectRole: ['10^1.2.250.1.213.1.1.5.5'],
  SubjectOrganization: '',
};

const unasked = {
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant(context) {
    const { client: asking, session, provider: own } = context.oidc;
    const grant = new own.Grant({ clientId: asking.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid scope_all');
    await grant.save();
    return grant;
  },
};

const provider = new Provider(asks?.issuer ?? `http://localhost:${port}`, {
  clients: [client],
  jwks: { keys: [key] },
  cookies: { keys: ['of this test'] },
  acrValues: [acr],
  claims: {
    openid: ['sub'],
    scope_all: Object.keys(person).filter((name) => name !== 'sub'),
  },
  features: {
    devInteractions: { enabled: Boolean(asks) },
    jwtUserinfo: { enabled: true },
    resourceIndicators: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => { context.body = form; },
    },
    backchannelLogout: { enabled: true },
  },
  pkce: { required: () => true },
  // It refuses to post to loopback by itself; the hub of this test is there.
  fetch: (url, { dispatcher, ...kept }) => fetch(url, kept),
  async findAccount(context, id) {
    const there = asks ? { ...person, sub: id, SubjectNameID: asks.numbers[id] } : person;
    return { accountId: id, claims: async () => there };
  },
  ...(asks ? {} : unasked),
});
provider.on('backchannel.error', (context, error) => { console.error(error); });
if (asks) {
  const tls = { cert: readFileSync(asks.chain), key: readFileSync(asks.key) };
  createServer(tls, provider.callback()).listen(Number(port), '127.0.0.1');
} else {
  provider.use(async (context, next) => {
    if (!context.path.startsWith('/interaction/')) return next();
    await provider.interactionDetails(context.req, context.res);
    const login = { accountId: person.sub, acr, amr: ['sc', 'pin'] };
    return provider.interactionFinished(context.req, context.res, { login });
  });
  provider.listen(Number(port), '127.0.0.1');
}
