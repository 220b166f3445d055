import { expect, test } from 'vitest';
import { follow, nextPage, type Session, userOf } from './session';

test('a user is an admin by the groups of the access token, not of the ID token', () => {
  const access = { sub: 's', username: 'maria', 'cognito:groups': ['Admins'] };
  expect(userOf(access, { email: 'm@example.com' })).toEqual({
    sub: 's',
    username: 'maria',
    email: 'm@example.com',
    admin: true,
    groups: ['Admins'],
  });
  expect(userOf({ sub: 's', username: 'm' }, { 'cognito:groups': ['Admins'] }).admin).toBe(false);
  expect(userOf({ 'cognito:groups': 'Admins' }, {}).admin).toBe(false);
});

test('a session that ends by itself leaves the page as it is; whoever signs out goes', () => {
  const maria: Session = { status: 'user', user: userOf({ sub: 's', username: 'maria' }, {}) };
  const guest: Session = { status: 'guest' };
  expect(follow(maria, guest, false)).toEqual({ ...maria, ended: true });
  expect(follow({ ...maria, ended: true }, maria, false)).toBe(maria);
  expect(follow(maria, guest, true)).toBe(guest);
  expect(follow({ ...maria, ended: true }, guest, true)).toBe(guest);
  expect(follow({ status: 'loading' }, guest, false)).toBe(guest);
});

const site = 'https://app.example';

test.each([
  '/',
  '/photos/',
  '/photos',
  '/photo/?id=a.b',
  '/profile/?user=../x',
  '/product/?id=%2F%2Fhost.example',
  '/files/?shared=protected%2Fus-east-1%3A0%2Fa%2525.txt',
])('after signing in, %j leads there', (asked) => {
  expect(nextPage(asked, site)).toBe(asked);
});

test.each([
  null,
  '',
  'photos/',
  'host.example',
  'https://host.example',
  'https:host.example',
  'https:/host.example',
  'HTTPS://host.example',
  'https://app.example/photos/',
  'https://app.example@host.example/',
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'blob:https://app.example/1',
  '//host.example',
  '//host.example/%2e%2e',
  '///host.example',
  '////host.example',
  '//app.example:443@host.example',
  '/\\host.example',
  '\\\\host.example',
  '\\/host.example',
  '/\\/host.example',
  '/\t/host.example',
  '/\n/host.example',
  '/\r\\host.example',
  '\t//host.example',
  ' //host.example',
  '\u0000//host.example',
  '/.//host.example',
  '/./\\host.example',
  '/.\t//host.example',
  '/..//host.example',
  '/x/..//host.example',
  '/photos/../..//host.example',
  '/x/..\\/host.example',
  '/%2e//host.example',
  '/%2E%2E//host.example',
  '/.%2e//host.example',
  '/%2e/\\host.example',
  '/photos//host.example',
  '/%2F/host.example',
  '/%2fhost.example',
  '/%5Chost.example',
  '/%09/host.example',
  '/;//host.example',
  '/\uFF0F\uFF0Fhost.example',
  '/\u202Ehost.example',
  '/@host.example',
  '//[::1]/',
  '//[',
  '//host.example:99999',
  '//\u2025/host.example',
])('after signing in, %j leads to the front page', (asked) => {
  expect(nextPage(asked, site)).toBe('/');
});

test('whatever is asked for, the browser ends on this site', () => {
  const parts = ['/', '\\', '.', '..', '%2e', '%2f', '%5c', '\t', '\n', '@', ':', 'host.example', 'photos', '?', '#', 'https:', ' '];
  // Every address of up to four parts.
  const grow = (made: string[]) => made.flatMap((start) => parts.map((part) => start + part));
  let made = [''];
  for (let length = 1; length <= 4; length++) {
    made = grow(made);
    const astray = made.filter((asked) => new URL(nextPage(asked, site), `${site}/account/`).origin !== site);
    expect(astray).toEqual([]);
  }
});
