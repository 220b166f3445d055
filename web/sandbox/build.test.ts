import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { withPolicy } from '../tools/policy.mjs';
import { withSandbox } from './build.mjs';

const page = '<!DOCTYPE html><html><head><meta charSet="utf-8"/></head><body><script>go()</script></body></html>';

describe('withPolicy', () => {
  test('lets the scripts of the page run by their hashes, and no others', () => {
    const hash = createHash('sha256').update('go()').digest('base64');
    const sealed = withPolicy(page);
    expect(sealed).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(sealed).not.toContain('unsafe');
    expect(sealed.indexOf('Content-Security-Policy')).toBeLessThan(sealed.indexOf('charSet'));
  });

  test('takes a script with a src for none of its own', () => {
    expect(withPolicy('<head><script src="/a.js" async=""></script></head>')).not.toContain('sha256');
  });
});

describe('withSandbox', () => {
  test('puts its scripts in front of all others and reaches the sandbox besides', () => {
    const html = withSandbox(withPolicy(page));
    expect(html).toMatch(/^<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy"[^>]*\/><script src="\/_sandbox\/browser\.js">/);
    expect(html).toContain('connect-src http://127.0.0.1:4566 ws://127.0.0.1:4566 ');
    expect(html.match(/Content-Security-Policy/g)).toHaveLength(1);
  });

  test('changes nothing of the page itself', () => {
    const html = withSandbox(withPolicy(page));
    const own = (text: string) => text.replace(/<meta http-equiv[^>]*>|<script src="\/_sandbox[^>]*><\/script>/g, '');
    expect(own(html)).toBe(page);
  });

  test('refuses a page that was not sealed', () => {
    expect(() => withSandbox(page)).toThrow('without a policy');
  });
});

describe('bridged', () => {
  const self = { location: { href: 'http://localhost:3000/photos/' }, lightboxBridge: {} as Record<'bridged' | 'meant', (address: string) => string> };
  const text = readFileSync(new URL('../../sandbox/browser/bridge.js', import.meta.url), 'utf8');
  runInNewContext(text.replaceAll('SANDBOX_ADDRESS', '127.0.0.1:4566'), { self, URL });
  const { bridged, meant } = self.lightboxBridge;
  const at = (url: string) => `/_lightbox/bridge?url=${encodeURIComponent(url)}`;

  test.each([
    ['https://b.s3.us-east-1.amazonaws.com/a%20b?x-id=PutObject', 'http://127.0.0.1:4566'],
    ['https://d111.cloudfront.net/photos/x.jpg', 'http://127.0.0.1:4566'],
    ['wss://abc.appsync-realtime-api.us-east-1.amazonaws.com/graphql', 'ws://127.0.0.1:4566'],
  ])('%s goes to the sandbox', (url, base) => {
    expect(bridged(url)).toBe(base + at(url));
    expect(meant(bridged(url))).toBe(url);
  });

  test.each([
    '/amplify_outputs.json',
    'http://localhost:3000/photos/',
    'https://amazonaws.com.evil.example/',
    'https://notamazonaws.com/',
    'blob:http://localhost:3000/1',
    'not an address:',
  ])('%s stays as it is', (url) => {
    expect(bridged(url)).toBe(url);
    expect(meant(url)).toBe(url);
  });
});
