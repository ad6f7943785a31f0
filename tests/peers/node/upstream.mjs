// npm oidc-provider as a provider above the hub, with the claims of Pro Santé Connect.
// UPSTREAM: { port, client, acr }. Whoever asks is signed in at once and consents.
import Provider from 'oidc-provider';
import { generateKeyPairSync } from 'node:crypto';

const { port, client, acr } = JSON.parse(process.env.UPSTREAM);
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

const provider = new Provider(`http://localhost:${port}`, {
  clients: [client],
  jwks: { keys: [key] },
  cookies: { keys: ['of this test'] },
  acrValues: [acr],
  claims: {
    openid: ['sub'],
    scope_all: Object.keys(person).filter((name) => name !== 'sub'),
  },
  features: {
    devInteractions: { enabled: false },
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
    return { accountId: id, claims: async () => person };
  },
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant(context) {
    const { client: asking, session, provider: own } = context.oidc;
    const grant = new own.Grant({ clientId: asking.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid scope_all');
    await grant.save();
    return grant;
  },
});
provider.on('backchannel.error', (context, error) => { console.error(error); });
provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return next();
  await provider.interactionDetails(context.req, context.res);
  const login = { accountId: person.sub, acr, amr: ['sc', 'pin'] };
  return provider.interactionFinished(context.req, context.res, { login });
});
provider.listen(Number(port), '127.0.0.1');
