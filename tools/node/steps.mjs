// Steps of a script, each one line: what it shows, and whether it did.
import assert from 'node:assert/strict';

let passed = 0;
let failed = 0;

/** Carries out one step. A failure is printed and counted, and the next one goes on; its value is undefined then. */
export async function step(name, act) {
  const began = performance.now();
  try {
    const value = await act();
    passed += 1;
    console.log(`ok      ${name} (${Math.round(performance.now() - began)} ms)`);
    return value;
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${describe(error)}`);
    return undefined;
  }
}

/** Prints the count and ends the process, with 1 if a step failed. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}

/** An error's name and message, of Amplify's GraphQL errors too, on one line. */
export function describe(error) {
  const errors = error?.errors?.map((e) => `${e.errorType ?? ''} ${e.message}`).join('; ');
  return (errors ?? `${error?.name ?? typeof error}: ${error?.message ?? JSON.stringify(error)}`).replaceAll(/\s+/g, ' ').trim();
}

/** Holds if something is refused with an error that the pattern describes; returns that error. */
export async function refused(promise, pattern) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    assert.match(describe(error), pattern);
    return error;
  }
  throw new Error(`was not refused: ${JSON.stringify(value)?.slice(0, 200)}`);
}

/** Waits until something holds, for a minute at most; returns what it is. */
export async function until(what, holds) {
  for (let i = 0; i < 3000; i++) {
    const value = await holds();
    if (value) return value;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`${what}: did not come about in a minute`);
}
