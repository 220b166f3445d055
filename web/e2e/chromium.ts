import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import packaged from '@sparticuz/chromium';
import { base, foreign, pagesPort, sandboxHTTPS } from './where';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser: the one that CHROME names, one on the path, or the one inside an npm package. Nothing is downloaded. */
export async function executable(): Promise<string> {
  if (process.env.CHROME) {
    return process.env.CHROME;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
  return found ?? packaged.executablePath();
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
