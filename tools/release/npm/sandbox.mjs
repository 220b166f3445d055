// A sandbox of one's own: in memory, at free ports, gone with this process.
import { execFile, spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { binary } from './binary.mjs';

const free = ['--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--web-addr', '127.0.0.1:0'];

/**
 * Starts one, with the whole backend deployed. It is ready when the promise is.
 *
 * @param {{ args?: string[] }} [options] more flags of `lightbox up`, as in ['--origin', 'http://localhost:4173']
 */
export async function start({ args = [] } = {}) {
  const child = spawn(binary(), ['up', '--ephemeral', '--ready', 'json', ...free, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => { said = (said + text).slice(-10_000); });
  const end = () => child.kill('SIGKILL'); // it keeps nothing
  process.once('exit', end);
  const ended = new Promise((resolve) => child.once('close', () => resolve(process.off('exit', end))));
  const failed = new Promise((_, reject) => child.once('error', reject));
  const line = new Promise((resolve) => createInterface(child.stdout).once('line', resolve));
  const ready = await Promise.race([line, failed, ended]);
  if (ready === undefined) {
    throw new Error(`got no sandbox: ${said.trim()}`);
  }
  const here = new Lightbox(JSON.parse(ready));
  here.settings = await here.json(`${here.pages}/amplify_outputs.json`);
  here.stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return here;
}

/** A sandbox that runs. */
export class Lightbox {
  /** @param {object} ready the line of `lightbox up --ready json` */
  constructor(ready) {
    this.ready = ready;
    this.endpoint = `http://${ready.http}`;
    this.pages = `http://${ready.web}`;
    this.outputs = Object.assign({}, ...ready.stacks.map(({ outputs }) => outputs));
  }

  /** Flags for Chromium: AWS's names lead here, whose certificates it takes, and no others. */
  get chromium() {
    const rules = ['amazonaws.com', 'cloudfront.net'].map((name) => `MAP *.${name} ${this.ready.https}`);
    const key = new X509Certificate(readFileSync(this.ready.caFile)).publicKey.export({ type: 'spki', format: 'der' });
    return [
      `--host-resolver-rules=${rules.join(', ')}`,
      `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`,
    ];
  }

  /** Somebody who has signed up and confirmed; in groups, as in ['Admins'], if there are any. */
  async user(name, groups = []) {
    const person = { name, email: `${name}@example.com`, password: `Pw-${name}-2026!` };
    const client = { ClientId: this.outputs.UserPoolClientId, Username: name };
    await this.cognito('SignUp', { ...client, Password: person.password, UserAttributes: [{ Name: 'email', Value: person.email }] });
    await this.cognito('ConfirmSignUp', { ...client, ConfirmationCode: await this.code(person.email) });
    for (const group of groups) {
      await promisify(execFile)(binary(), ['sandbox', 'admin', name, '--group', group, '--http', this.ready.http]);
    }
    return person;
  }

  /** What Cognito and SNS would have sent, the latest first. */
  inbox() {
    return this.json(`${this.endpoint}/_lightbox/mail`);
  }

  /** The latest code that was sent to an address; waits five seconds for one. */
  async code(to) {
    for (let attempt = 0; attempt < 50; attempt++) {
      const letter = (await this.inbox()).find((one) => one.to === to && one.code);
      if (letter) {
        return letter.code;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`got no code for ${to} in the inbox`);
  }

  /** Keeps all that there is under a name. */
  async save(name) {
    await this.json(`${this.endpoint}/_lightbox/state`, { save: name });
  }

  /** Puts back what was kept under a name: what came after is gone. */
  async load(name) {
    await this.json(`${this.endpoint}/_lightbox/state`, { load: name });
  }

  /** Has the clock go forward, as in '25h'; without a time, what it shows. */
  async clock(forward) {
    const { now } = await this.json(`${this.endpoint}/_lightbox/clock`, forward && { forward });
    return new Date(now);
  }

  /** Calls an operation of Cognito's that needs no key. */
  cognito(operation, input) {
    return this.json(`${this.endpoint}/`, input, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    });
  }

  /** What an address answers, to a body if there is one. */
  async json(url, body, headers = {}) {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new Error(`${url}: got ${response.status}: ${await response.text()}`);
    }
    return response.json();
  }
}
