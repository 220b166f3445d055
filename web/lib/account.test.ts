import { beforeEach, expect, test, vi } from 'vitest';
import { leaveForGood } from './account';
import { Fault } from './faults';
import { linkIdentity } from './identity';

const calls: string[] = [];
let refused: string | undefined;
const stored = new Map<string, string>();

vi.mock('aws-amplify/auth', () => ({
  signOut: async ({ global }: { global: boolean }) => void calls.push(`sign out ${global ? 'everywhere' : 'here'}`),
}));
vi.mock('./api', () => ({
  send: async (document: { toString(): string }, _: object, caller = 'user') => {
    const name = /mutation (\w+)/.exec(String(document))?.[1] ?? '';
    calls.push(`${name} as ${caller}`);
    if (name === refused) {
      throw new Fault('Unknown', 'no');
    }
    return {};
  },
}));

beforeEach(() => {
  calls.length = 0;
  refused = undefined;
  stored.clear();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
});

test('notes the identity once a session and a user, signed with the credentials of the identity pool', async () => {
  await linkIdentity('maria');
  await linkIdentity('maria');
  expect(calls).toEqual(['LinkIdentity as identity']);
  await linkIdentity('jonas');
  expect(calls).toEqual(['LinkIdentity as identity', 'LinkIdentity as identity']);
});

test('says nothing when the identity cannot be noted, and tries again', async () => {
  refused = 'LinkIdentity';
  await linkIdentity('maria');
  refused = undefined;
  await linkIdentity('maria');
  await linkIdentity('maria');
  expect(calls).toEqual(['LinkIdentity as identity', 'LinkIdentity as identity']);
  vi.stubGlobal('sessionStorage', undefined);
  await linkIdentity('maria');
});

test('leaves: the identity is noted, the account deleted, then every session ended', async () => {
  await leaveForGood();
  expect(calls).toEqual(['LinkIdentity as identity', 'DeleteAccount as user', 'sign out everywhere']);
});

test.each(['LinkIdentity', 'DeleteAccount'])('stays signed in when %s is refused', async (name) => {
  refused = name;
  await expect(leaveForGood()).rejects.toMatchObject({ kind: 'Unknown' });
  expect(calls).not.toContain('sign out everywhere');
});
