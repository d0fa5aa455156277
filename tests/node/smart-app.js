// A SMART app on Node with HL7's fhirclient. Arguments: server, port, id of the client, who signs in,
// the patient to pick, the address that launches the app or "", its private JWK or "".
// Prints the token response and what was read, as JSON.
import { createServer } from 'node:http';
import FHIR from 'fhirclient';
import { Browser } from './browser.js';

const [server, port, clientId, person, patient, launched, jwk] = process.argv.slice(2);
const own = `http://127.0.0.1:${port}`;
const kept = new Map();
const storage = {
  get: async (key) => kept.get(key),
  set: async (key, value) => kept.set(key, value) && value,
  unset: async (key) => kept.delete(key),
};
const listener = createServer(async (request, response) => {
  const smart = FHIR(request, response, storage);
  try {
    if (request.url.startsWith('/launch')) {
      await smart.authorize({
        clientId,
        redirectUri: `${own}/app`,
        scope: `openid fhirUser ${launched ? 'launch' : 'launch/patient'} patient/*.rs`,
        ...(launched ? {} : { iss: `${server}/fhir` }),
        ...(jwk && { clientPrivateJwk: JSON.parse(jwk) }),
      });
    } else {
      const client = await smart.ready();
      const read = await client.request(`Patient/${client.patient.id}`).then(
        (found) => found.resourceType, (error) => error.status ?? error.statusCode);
      response.end(JSON.stringify({ said: client.state.tokenResponse, user: client.user.fhirUser, read }));
    }
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error.stack));
  }
});
listener.listen(Number(port), '127.0.0.1', async () => {
  const browser = new Browser();
  // The browser that opened the app from our pages is signed in there already.
  const opened = launched ? JSON.parse(launched) : { address: `${own}/launch`, cookies: {} };
  for (const [name, value] of Object.entries(opened.cookies)) browser.cookies.set(name, value);
  const page = await browser.allow(opened.address, person, '', patient);
  console.log(page.html);
  process.exit(page.status === 200 ? 0 : 1);
});
