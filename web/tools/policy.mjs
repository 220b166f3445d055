import { createHash } from 'node:crypto';

const inline = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

/**
 * The Content-Security-Policy of one page: its own files, its own inline scripts by their hashes, and the hosts of AWS. The
 * page narrows the hosts to its own backend once it knows it (lib/csp.ts). Forms are sent by scripts, never by the browser.
 */
export function policyOf(html) {
  const hashes = [...html.matchAll(inline)].map(
    ([, script]) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' ${[...new Set(hashes)].join(' ')}`,
    "style-src 'self'",
    "img-src 'self' data: blob: https:",
    "connect-src 'self' https://*.amazonaws.com wss://*.amazonaws.com https://*.amazoncognito.com",
    "manifest-src 'self'",
    "worker-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The page with the policy as the first thing in its head, so that it holds for all that follows. */
export function withPolicy(html, policy = policyOf(html)) {
  const head = '<head>';
  const at = html.indexOf(head);
  if (at < 0) {
    throw new Error('a page without <head>');
  }
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}"/>`;
  return html.slice(0, at + head.length) + meta + html.slice(at + head.length);
}
