import packaged from '@sparticuz/chromium';
import { base, foreign, pagesPort, sandboxHTTPS } from './where';

/**
 * The browser: the one that CHROME names, or the one inside an npm package, the same on every machine whatever is installed
 * there. Nothing is downloaded.
 */
export async function executable(): Promise<string> {
  return process.env.CHROME || packaged.executablePath();
}

/** AWS's names, and the origins of the pages, lead to this machine; all other names lead nowhere. */
export function args(): string[] {
  const pages = `127.0.0.1:${pagesPort}`;
  const rules = [
    `MAP *.amazonaws.com ${sandboxHTTPS}`,
    `MAP *.cloudfront.net ${sandboxHTTPS}`,
    ...[base, foreign].map((origin) => `MAP ${new URL(origin).host} ${pages}`),
    'MAP * ~NOTFOUND',
    'EXCLUDE 127.0.0.1',
  ];
  return [`--host-resolver-rules=${rules.join(', ')}`, '--ignore-certificate-errors', '--no-sandbox', '--disable-gpu'];
}
