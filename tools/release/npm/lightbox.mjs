#!/usr/bin/env node
// Starts the program that the package for this machine has, and ends as it ends.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { binary } from './binary.mjs';

try {
  const child = spawn(binary(), process.argv.slice(2), { stdio: 'inherit' });
  child.on('error', failed);
  // A terminal sends Ctrl-C to both. This one waits, so that the other can end in peace; what comes to this one alone is handed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} catch (error) {
  failed(error);
}

function failed(error) {
  console.error(`lightbox: ${error.message}`);
  process.exit(1);
}
