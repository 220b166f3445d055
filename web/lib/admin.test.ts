import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { adminCommand } from './admin';

test('the command is that of where the pages run', () => {
  expect(adminCommand('maria', 'prod', undefined)).toBe('make admin USER=maria ENV=prod');
  expect(adminCommand('maria', 'dev', 'lightbox sandbox admin')).toBe('lightbox sandbox admin maria');
  expect(adminCommand('maria', 'test', 'lightbox sandbox admin')).toBe('lightbox sandbox admin --env test maria');
  expect(adminCommand('-maria', 'dev', 'lightbox sandbox admin')).toBe('lightbox sandbox admin -- -maria');
});

test.each(['$(touch /tmp/x)', '`id`', "it's", 'a;b', '"', '\\', 'a|b&c', '$HOME', '$$', "'$(id)'", 'ünï', '*'])(
  'a shell and make read the user name %s as it is',
  (username) => {
    // printf in place of the sandbox's command, and a makefile that says what it was given.
    const makefile = 'admin: export ADMIN := $(USER)\nadmin:\n\t@printf %s "$$ADMIN"\n';
    // A make that runs the tests hands its own flags down, and one of them prints the folder.
    const { MAKEFLAGS: _flags, MAKELEVEL: _level, ...env } = process.env;
    const shell = (line: string, input?: string) => execFileSync('sh', ['-c', line], { input, env }).toString();
    expect(shell(adminCommand(username, 'dev', 'printf %s'))).toBe(username);
    expect(shell(adminCommand(username, 'dev', undefined).replace('make', 'make -s -f -'), makefile)).toBe(username);
  },
);
