// A foreign identity provider that demands PAR, PKCE, DPoP and private_key_jwt, and that can be told
// to answer wrongly: GET /fault/{name} sets the fault of the answers that follow.
// Arguments: port, redirect_uri of the client, its public JWK, claims of the one account, and "bearer"
// where DPoP is not demanded, as at ID-porten.
import { createHmac } from 'node:crypto';
import Provider from 'oidc-provider';
import * as jose from 'jose';

const [port, redirect, jwk, claims, kind] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const account = JSON.parse(claims);
let fault = '';

const pair = await jose.generateKeyPair('PS256', { extractable: true });
const own = { ...(await jose.exportJWK(pair.privateKey)), use: 'sig', alg: 'PS256', kid: 'own' };
const other = await jose.generateKeyPair('PS256', { extractable: true });

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'samspill',
    redirect_uris: [redirect],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'PS256',
    dpop_bound_access_tokens: kind !== 'bearer',
    require_pushed_authorization_requests: true,
    jwks: { keys: [JSON.parse(jwk)] },
  }],
  jwks: { keys: [own] },
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: {
    clientAuthSigningAlgValues: ['ES256', 'PS256'],
    idTokenSigningAlgValues: ['PS256', 'ES256'],
    dPoPSigningAlgValues: ['ES256', 'PS256'],
  },
  features: {
    devInteractions: { enabled: false },
    dPoP: { enabled: true },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
  },
  pkce: { required: () => true },
  acrValues: ['idporten-loa-substantial', 'idporten-loa-high', 'Level4'],
  claims: { openid: ['sub', 'sid', ...Object.keys(account)], profile: ['name'] },
  conformIdTokenClaims: false,
  scopes: ['openid', 'profile', 'helseid://scopes/identity/pid', 'helseid://scopes/hpr/hpr_number',
    'helseid://scopes/identity/security_level', 'helseid://scopes/identity/assurance_level'],
  cookies: { keys: ['test'] },
  ttl: { Interaction: 60, Session: 60, Grant: 60, IdToken: 60, AccessToken: 60 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Test', ...account }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});

// Signs in the one account, and grants what was asked for.
async function interact(ctx) {
  const { params, session } = await provider.interactionDetails(ctx.req, ctx.res);
  const grant = new provider.Grant({ accountId: session?.accountId ?? 'someone', clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  grant.addOIDCClaims(Object.keys(account));
  await provider.interactionFinished(ctx.req, ctx.res, {
    login: { accountId: 'someone', acr: fault === 'low acr' ? 'idporten-loa-substantial' : params.acr_values },
    consent: { grantId: await grant.save() },
  });
  ctx.respond = false;
}

const seconds = () => Math.floor(Date.now() / 1000);
const CLAIMS = {
  'iss of another': (c) => ({ ...c, iss: 'https://evil.example' }),
  'iss with a slash': (c) => ({ ...c, iss: `${c.iss}/` }),
  'no iss': ({ iss, ...c }) => c,
  'aud of another': (c) => ({ ...c, aud: 'other' }),
  'aud of several': (c) => ({ ...c, aud: ['samspill', 'other'] }),
  'no aud': ({ aud, ...c }) => c,
  'azp of another': (c) => ({ ...c, azp: 'other' }),
  'nonce of another': (c) => ({ ...c, nonce: 'other' }),
  'no nonce': ({ nonce, ...c }) => c,
  expired: (c) => ({ ...c, exp: seconds() - 60 }),
  'no exp': ({ exp, ...c }) => c,
  'issued in the future': (c) => ({ ...c, iat: seconds() + 3600 }),
  'issued long ago': (c) => ({ ...c, iat: seconds() - 90000 }),
  'not valid yet': (c) => ({ ...c, nbf: seconds() + 3600 }),
  'no sub': ({ sub, ...c }) => c,
  'no acr': ({ acr, ...c }) => c,
};
const HEADERS = {
  'kid of nobody': { alg: 'PS256', kid: 'nobody' },
  'RS256 with a key for PS256': { alg: 'RS256', kid: 'own' },
  'a type of its own': { alg: 'PS256', kid: 'own', typ: 'at+jwt' },
};
const b64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function wrong(token) {
  const payload = jose.decodeJwt(token);
  const sign = async (claims, header, key) =>
    new jose.CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader(header).sign(await jose.importJWK(key, header.alg));
  const usual = { alg: 'PS256', kid: 'own' };
  if (fault in CLAIMS) return sign(CLAIMS[fault](payload), usual, own);
  if (fault in HEADERS) return sign(payload, HEADERS[fault], { ...own, alg: undefined });
  const foreign = { ...(await jose.exportJWK(other.privateKey)) };
  switch (fault) {
    case 'another key': return sign(payload, usual, foreign);
    case 'a key in the header': {
      const { n, e, kty } = foreign;
      return sign(payload, { alg: 'PS256', jwk: { n, e, kty } }, foreign);
    }
    case 'alg none': return `${b64({ alg: 'none' })}.${b64(payload)}.`;
    case 'HS256 with the public key': {
      const part = `${b64({ alg: 'HS256', kid: 'own' })}.${b64(payload)}`;
      const secret = await jose.exportSPKI(pair.publicKey);
      return `${part}.${createHmac('sha256', secret).update(part).digest('base64url')}`;
    }
    case 'a changed signature': return `${token.slice(0, -8)}AAAAAAAA`;
    default: return token;
  }
}

provider.use(async (ctx, next) => {
  if (ctx.path.startsWith('/fault/')) {
    fault = decodeURIComponent(ctx.path.slice(7));
    ctx.status = 204;
    return;
  }
  if (ctx.path.startsWith('/interaction/')) return interact(ctx);
  await next();
  if (ctx.path.endsWith('openid-configuration') && fault === 'metadata of another') {
    ctx.body = { ...ctx.body, issuer: 'https://evil.example' };
  }
  if (ctx.path === '/token' && ctx.body?.id_token) {
    if (fault === 'no id_token') ctx.body = { ...ctx.body, id_token: undefined };
    else if (fault === 'no JSON') ctx.body = '<html>';
    else ctx.body = { ...ctx.body, id_token: await wrong(ctx.body.id_token) };
  }
});

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
