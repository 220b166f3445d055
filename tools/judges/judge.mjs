// What the judges in Node have in common: where the sandbox is, packages out of the folder of the judges, and how a verdict is written.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const judged = JSON.parse(process.env.JUDGED);

const write = (line) => appendFileSync(process.env.JUDGE_CASES, JSON.stringify(line) + '\n');

// brought is a package of the folder that holds node_modules, with its version.
export async function brought(folder, name, entry = name) {
  const require = createRequire(path.resolve(folder, 'x.js'));
  const { readFileSync } = await import('node:fs');
  const { version } = JSON.parse(readFileSync(path.resolve(folder, 'node_modules', name, 'package.json')));
  return { module: await import(pathToFileURL(require.resolve(entry))), version };
}

// says writes the judge's version.
export const says = (version) => write({ version });

// test is a case: what it throws is what the judge holds against the sandbox.
export async function test(name, body) {
  try {
    await body();
    write({ case: name, ok: true });
  } catch (fault) {
    write({ case: name, ok: false, why: String(fault?.stack ?? fault).slice(0, 900) });
  }
}

// idp calls an operation of user pools that takes no signature, admin one that takes the developer's.
export async function idp(operation, input) {
  const answer = await fetch(judged.Endpoint, {
    method: 'POST', body: JSON.stringify(input),
    headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}` },
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${operation}: ${JSON.stringify(body)}`);
  return body;
}

// signedIn makes a person by the SDK, whose client is given, and returns their tokens.
export async function signedIn(client, commands, name) {
  const of = { UserPoolId: judged.Pool, Username: name };
  await client.send(new commands.AdminCreateUserCommand({
    ...of, MessageAction: 'SUPPRESS', UserAttributes: [{ Name: 'email', Value: `${name}@example.com` }, { Name: 'email_verified', Value: 'true' }],
  }));
  await client.send(new commands.AdminSetUserPasswordCommand({ ...of, Password: 'Right-Password-1', Permanent: true }));
  await client.send(new commands.AdminAddUserToGroupCommand({ ...of, GroupName: 'Judges' }));
  const { AuthenticationResult: tokens } = await idp('InitiateAuth', {
    AuthFlow: 'USER_PASSWORD_AUTH', ClientId: judged.Client, AuthParameters: { USERNAME: name, PASSWORD: 'Right-Password-1' },
  });
  return tokens;
}

// graphql is where requests to the API go: to the sandbox, for the API's host.
export const graphql = { url: `${judged.Endpoint}/graphql`, headers: { 'X-Api-Host': new URL(judged.GraphQL).host } };
