import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { executable } from './chromium';
import { outputsFile, sandboxHTTP } from './where';

/** Says which browser this is, and fills the sandbox, once: the tests look at products and photos of others too. */
export default async function seeded() {
  execFileSync(await executable(), ['--version'], { stdio: 'inherit' });
  const web = join(import.meta.dirname, '..');
  execFileSync(process.execPath, ['seed/seed.mjs', sandboxHTTP, outputsFile], { cwd: web, stdio: 'inherit' });
}
