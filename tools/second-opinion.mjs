// Asks @cloud-copilot/iam-simulate what it would decide: node second-opinion.mjs FOLDER < requests > decisions.
//
// FOLDER is where npm installed the package. A line of the input is a simulation in JSON (see the package's
// Simulation), a line of the output its decision. It is for `make soak` alone: nothing here is shipped with the package.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const [folder] = process.argv.slice(2);
const require = createRequire(path.resolve(folder, 'x.js'));
const { runSimulation } = await import(pathToFileURL(require.resolve('@cloud-copilot/iam-simulate')));

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await runSimulation(JSON.parse(line), {});
  if (answer.resultType === 'error') {
    console.log(JSON.stringify({ error: JSON.stringify(answer.errors) }));
    continue;
  }
  const ignored = answer.result?.ignoredContextKeys ?? [];
  console.log(JSON.stringify({ allowed: answer.overallResult === 'Allowed', ignored }));
}
