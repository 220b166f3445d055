import type { Origins } from './outputs';

/**
 * The Content-Security-Policy that holds once the deployment is known: this page talks to its own backend and to nobody
 * else. It is added to the one in the page's HTML, which has to suit every deployment; a browser obeys both.
 */
export function policyOf({ connect, pictures }: Origins): string {
  return [
    `connect-src 'self' ${connect.join(' ')}`,
    `img-src 'self' data: blob: ${pictures.join(' ')}`,
    `media-src 'none'`,
  ].join('; ');
}

/** Narrows what this page may reach, for as long as it is open. */
export function enforce(origins: Origins): void {
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = policyOf(origins);
  document.head.append(meta);
}
