import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policyOf } from './csp';
import { OutputsError, read } from './outputs';

// What `lightbox outputs` writes, from its own tests.
const written = (env: string) =>
  JSON.parse(
    readFileSync(new URL(`../../internal/outputs/testdata/${env}.amplify_outputs.json`, import.meta.url), 'utf8'),
  );

test('reads what lightbox outputs writes', () => {
  const file = written('dev');
  const outputs = read(file);
  expect(outputs.env).toBe('dev');
  expect(outputs.cdn).toBe(file.custom.cdn.url);
  expect(outputs.cdn).toMatch(/^https:\/\/d[a-z0-9]+\.cloudfront\.net$/);
  const api = new URL(file.data.url).host.split('.')[0];
  expect(outputs.origins.connect).toContain(`wss://${api}.appsync-realtime-api.us-east-1.amazonaws.com`);
});

test('calls the sign-in host of a deployment with social sign-in, and of no other', () => {
  const cognito = (env: string) => read(written(env)).origins.connect.filter((origin) => origin.includes('amazoncognito'));
  expect(cognito('social')).toHaveLength(1);
  expect(cognito('dev')).toHaveLength(0);
});

test('names the first thing that is missing', () => {
  const without = written('dev');
  delete without.custom;
  expect(() => read(without)).toThrow(new OutputsError('/amplify_outputs.json has no custom.cdn.url'));
  expect(() => read(null)).toThrow(OutputsError);
  expect(() => read({ auth: { aws_region: 7 } })).toThrow('auth.aws_region');
});

test('the policy names the hosts of this deployment and no wildcard', () => {
  const policy = policyOf(read(written('dev')).origins);
  expect(policy).toContain("connect-src 'self' https://cognito-idp.us-east-1.amazonaws.com");
  expect(policy).toContain('img-src');
  expect(policy).not.toContain('*');
});
