// The application's name as people read it, from the key `app` of cdk.json: "Shop" for "shop". A folder without a cdk.json
// above it has the name of where it came from, and so has one whose cdk.json can't be read: whoever reads the settings says
// what is wrong with it.
//
//   node tools/title.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

function named() {
  try {
    return JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8')).context.app;
  } catch {
    return undefined;
  }
}

const app = String(named() || 'lightbox');
export const title = app.charAt(0).toUpperCase() + app.slice(1);

if (process.argv[1] === import.meta.filename) {
  console.log(title);
}
