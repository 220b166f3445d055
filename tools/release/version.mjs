// Prints the version of what is released: that of the tag, or one that no tag has.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return ''; // a folder that was downloaded
  }
}

const tag = git('tag', '--points-at', 'HEAD', '--list', 'v*').split('\n')[0];
console.log(tag ? tag.slice(1) : `0.0.0-g${git('rev-parse', '--short=12', 'HEAD') || 'unknown'}`);
