// A foreign client to the FAPI 2.0 security profile: PAR, PKCE, DPoP, private_key_jwt.
// Arguments: server, id of the client, its private JWK, who signs in. Prints what it got as JSON.
import * as oidc from 'openid-client';
import { Browser } from './browser.js';

const [server, id, jwk, person] = process.argv.slice(2);
const written = JSON.parse(jwk);
const curve = { name: 'ECDSA', namedCurve: 'P-256' };
const { kty, crv, x, y, d } = written;
const key = {
  key: await crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, curve, false, ['sign']),
  kid: written.kid,
};
const config = await oidc.discovery(
  new URL(server), id, { id_token_signed_response_alg: 'ES256' },
  oidc.PrivateKeyJwt(key), { execute: [oidc.allowInsecureRequests] },
);
const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
const verifier = oidc.randomPKCECodeVerifier();
const state = oidc.randomState();
const nonce = oidc.randomNonce();
const redirect = 'http://127.0.0.1:9/back';
const address = await oidc.buildAuthorizationUrlWithPAR(config, {
  redirect_uri: redirect,
  scope: 'openid profile fhirUser offline_access patient/*.rs',
  aud: `${server}/fhir`,
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
}, { DPoP });
const back = await new Browser().allow(address.href, person, redirect, person.split('/')[1]);
const tokens = await oidc.authorizationCodeGrant(config, new URL(back.url), {
  pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true,
}, undefined, { DPoP });
const claims = tokens.claims();
const user = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP });
const read = async (token) => {
  const url = new URL(`${server}/fhir/${person}?_summary=true`);
  return oidc.fetchProtectedResource(config, token, url, 'GET', undefined, undefined, { DPoP })
    .then((answer) => answer.status, (error) => error.status);
};
const first = await read(tokens.access_token);
const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
const second = await read(fresh.access_token);
const bearer = await fetch(`${server}/fhir/${person}`, {
  headers: { authorization: `Bearer ${fresh.access_token}` },
});
const known = await oidc.tokenIntrospection(config, fresh.access_token);
await oidc.tokenRevocation(config, fresh.refresh_token);
const gone = await oidc.tokenIntrospection(config, fresh.access_token);
const service = await oidc.clientCredentialsGrant(config, { scope: 'system/*.rs' }, { DPoP });
console.log(JSON.stringify({
  type: tokens.token_type, patient: tokens.patient, scope: tokens.scope, user: user.fhirUser,
  name: claims.name, asked: [first, second, bearer.status], active: [known.active, gone.active],
  revoked: await read(fresh.access_token), service: service.scope,
}));
