// The platforms that archives and packages are made for. Windows is not among them: its users have Linux in WSL.

/** By Go's names, with what Lambda calls the processor, and npm. */
export const platforms = [
  { os: 'linux', arch: 'amd64', lambda: 'x86_64', cpu: 'x64' },
  { os: 'linux', arch: 'arm64', lambda: 'arm64', cpu: 'arm64' },
  { os: 'darwin', arch: 'amd64', lambda: 'x86_64', cpu: 'x64' },
  { os: 'darwin', arch: 'arm64', lambda: 'arm64', cpu: 'arm64' },
];

/** As in linux_amd64: the folder below .lightbox/release, and a target of GoReleaser's. */
export const target = ({ os, arch }) => `${os}_${arch}`;

/** That of this machine alone, or all of them: what the word on the command line says. */
export function chosen(word) {
  if (word === 'all') {
    return platforms;
  }
  const here = platforms.filter(({ os, cpu }) => os === process.platform && cpu === process.arch);
  if (word !== 'here' || here.length === 0) {
    console.error(`release: got ${word ?? 'nothing'} on ${process.platform} ${process.arch}, want "all", or "here" on one of ${platforms.map(target).join(', ')}`);
    process.exit(1);
  }
  return here;
}
