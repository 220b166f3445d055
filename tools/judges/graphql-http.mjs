// The audit of GraphQL over HTTP, on the sandbox's API: node graphql-http.mjs FOLDER TOOLS.
import { brought, graphql, judged, says, signedIn, test } from './judge.mjs';

const [folder, tools] = process.argv.slice(2);
const { module: { serverAudits }, version } = await brought(folder, 'graphql-http');
const { module: sdk } = await brought(tools, '@aws-sdk/client-cognito-identity-provider');
says(version);

const tokens = await signedIn(new sdk.CognitoIdentityProviderClient({ region: 'us-east-1', endpoint: judged.Endpoint }), sdk, 'http');
const fetchFn = (url, options = {}) => fetch(url, { ...options, headers: { ...graphql.headers, Authorization: tokens.AccessToken, ...options.headers } });
for (const audit of serverAudits({ url: graphql.url, fetchFn })) {
  await test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    if (result.status !== 'ok') throw new Error(result.reason);
  });
}
