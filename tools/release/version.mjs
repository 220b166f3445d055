// What is released, as variables of a shell: LIGHTBOX_VERSION, that of the tag or one that no tag has, and when the commit was made,
// which is the time of all files of an archive: LIGHTBOX_DATE, and LIGHTBOX_TIME in seconds since 1970.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '../..');

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return ''; // a folder that was downloaded
  }
}

const tag = git('tag', '--points-at', 'HEAD', '--list', 'v*').split('\n')[0];

export const version = tag ? tag.slice(1) : `0.0.0-g${git('rev-parse', '--short=12', 'HEAD') || 'unknown'}`;

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const seconds = Number(git('log', '-1', '--format=%ct') || 0);
  console.log(`LIGHTBOX_VERSION=${version} LIGHTBOX_DATE=${new Date(seconds * 1000).toISOString()} LIGHTBOX_TIME=${seconds}`);
}
