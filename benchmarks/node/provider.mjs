// npm oidc-provider as it comes, everything in memory: who asks is signed in at once and consents.
import Provider from 'oidc-provider';
import { generateKeyPairSync } from 'node:crypto';

const [port, client_id, client_secret, redirect_uri] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id,
    client_secret,
    redirect_uris: [redirect_uri],
    grant_types: ['authorization_code', 'refresh_token'],
  }],
  jwks: { keys: [key] },
  cookies: { keys: ['of this measure'] },
  claims: { openid: ['sub'], email: ['email'], profile: ['given_name', 'family_name'] },
  scopes: ['openid', 'email', 'profile', 'offline_access'],
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: { enabled: false },
  },
  issueRefreshToken: () => true,
  async findAccount(context, id) {
    const person = { sub: id, email: 'ann@hub.test', given_name: 'Ann', family_name: 'Martin' };
    return { accountId: id, claims: async () => person };
  },
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant(context) {
    const { client, session, provider: own } = context.oidc;
    const known = session.grantIdFor(client.clientId);
    if (known) return own.Grant.find(known);
    const grant = new own.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid email profile offline_access');
    await grant.save();
    return grant;
  },
});
provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return next();
  await provider.interactionDetails(context.req, context.res);
  const login = { accountId: 'ann' };
  return provider.interactionFinished(context.req, context.res, { login });
});
provider.listen(Number(port), '127.0.0.1');
