import { expect, test } from 'vitest';
import { nextPage, userOf } from './session';

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

test.each([
  ['/photos/', '/photos/'],
  ['/photo/?id=a.b', '/photo/?id=a.b'],
  [null, '/'],
  ['https://evil.example', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['javascript:alert(1)', '/'],
])('after signing in, %j leads to %s', (asked, want) => {
  expect(nextPage(asked, 'https://app.example')).toBe(want);
});
