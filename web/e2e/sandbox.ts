import { randomUUID } from 'node:crypto';
import type { Page, Request } from '@playwright/test';
import { cognito, inbox, overview } from '../seed/sandbox.mjs';
import { title } from '../tools/title.mjs';
import { environment, sandboxHTTP } from './where';

// What a person does besides using the pages: reading mail, and asking whoever holds the account.

type Overview = { region: string; stacks: { name: string; outputs: Record<string, string> }[] };

/** What is deployed to the sandbox: its region and the outputs of the stacks, by their keys. */
export async function deployed(): Promise<{ region: string; outputs: Record<string, string> }> {
  const { region, stacks }: Overview = await overview(sandboxHTTP);
  const own = stacks.filter(({ name }) => name.startsWith(`${title}-${environment}-`));
  return { region, outputs: Object.assign({}, ...own.map(({ outputs }) => outputs)) };
}

/** The latest code that was sent to an address, for a purpose as in SignUp; waits for it. */
export const codeFor = (address: string, purpose?: string): Promise<string> => inbox(sandboxHTTP, address, purpose);

/** Where the sandbox build finds an address of AWS's. */
export const bridge = (url: string) => `http://${sandboxHTTP}/_lightbox/bridge?url=${encodeURIComponent(url)}`;

/** Sends a request of a page to AWS's service, as it is. */
export const send = (request: Request): Promise<Response> =>
  fetch(bridge(request.url()), { method: request.method(), headers: request.headers(), body: request.postData() });

/** What an address of AWS's answers to somebody who is not signed in. */
export async function visit(url: string): Promise<{ status: number; headers: Headers; body: string; bytes: Buffer }> {
  const response = await fetch(bridge(url));
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body: bytes.toString(), bytes };
}

/** Somebody with an account. */
export type Person = { name: string; email: string; password: string };

/** Somebody new, whose name starts as given. */
export function somebody(name: string): Person {
  const unique = `${name}-${randomUUID().slice(0, 8)}`;
  return { name: unique, email: `${unique}@example.com`, password: `Pw-${randomUUID()}-A1!` };
}

/** Somebody who has signed up and confirmed already. */
export async function member(name: string, groups: string[] = []): Promise<Person> {
  const person = somebody(name);
  const { region, outputs } = await deployed();
  const call = (operation: string, input: object) => cognito(sandboxHTTP, region, operation, input);
  const client = { ClientId: outputs.UserPoolClientId, Username: person.name };
  const attributes = [{ Name: 'email', Value: person.email }];
  await call('SignUp', { ...client, Password: person.password, UserAttributes: attributes });
  await call('ConfirmSignUp', { ...client, ConfirmationCode: await codeFor(person.email) });
  for (const group of groups) {
    await call('AdminAddUserToGroup', { UserPoolId: outputs.UserPoolId, Username: person.name, GroupName: group });
  }
  return person;
}

/** Somebody whom an administrator made, with a password that the first sign-in replaces. */
export async function invited(name: string): Promise<Person> {
  const person = somebody(name);
  const { region, outputs } = await deployed();
  await cognito(sandboxHTTP, region, 'AdminCreateUser', {
    UserPoolId: outputs.UserPoolId,
    Username: person.name,
    TemporaryPassword: person.password,
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: person.email },
      { Name: 'email_verified', Value: 'true' },
    ],
  });
  return person;
}

/** Ends somebody's session as its owner or an administrator may, elsewhere; the page finds its tokens too old from now on. */
export async function expire(page: Page, person: Person) {
  const { region, outputs } = await deployed();
  await cognito(sandboxHTTP, region, 'AdminUserGlobalSignOut', { UserPoolId: outputs.UserPoolId, Username: person.name });
  // Amplify's figure for how far this machine's clock is behind.
  await page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.endsWith('.clockDrift'));
    localStorage.setItem(key ?? '', String(24 * 60 * 60 * 1000));
  });
}

/** Somebody in the group Admins. */
export const admin = (name = 'admin') => member(name, ['Admins']);
