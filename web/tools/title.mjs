// The application's name as people read it, from the key `app` of cdk.json: "Shop" for "shop". A folder without a cdk.json
// above it has the name of where it came from.
//
//   node tools/title.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

function settings() {
  try {
    return JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

const { app = 'lightbox' } = settings().context ?? {};
export const title = app.charAt(0).toUpperCase() + app.slice(1);

if (process.argv[1] === import.meta.filename) {
  console.log(title);
}
