// The sandbox's build of the pages says which command it has; on AWS it is the Makefile's.
declare global {
  interface Window {
    lightboxAdmin?: string;
  }
}

/** The command that makes somebody an admin, where these pages run, to be typed in a shell. */
export function adminCommand(username: string, env: string, local = globalThis.window?.lightboxAdmin): string {
  if (local) {
    return [local, ...(env === 'dev' ? [] : [`--env ${env}`]), ...(username.startsWith('-') ? ['--'] : []), quoted(username)].join(' ');
  }
  // make reads $ before the shell does.
  return `make admin USER=${quoted(username.replaceAll('$', '$$$$'))} ENV=${env}`;
}

/** A word as a POSIX shell reads it: a user name may have any punctuation in it. */
function quoted(word: string): string {
  return /^[\w.@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
