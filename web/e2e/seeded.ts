import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { outputsFile, sandboxHTTP } from './where';

/** Fills the sandbox, once: the tests look at products and photos of others too. */
export default function seeded() {
  const web = join(import.meta.dirname, '..');
  execFileSync(process.execPath, ['seed/seed.mjs', sandboxHTTP, outputsFile], { cwd: web, stdio: 'inherit' });
}
