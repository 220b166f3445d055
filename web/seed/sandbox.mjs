import { createHash, createHmac } from 'node:crypto';

// What is not for the Amplify client: the way to the sandbox, its inbox, and what its administrator does.

const names = /(^|\.)(amazonaws\.com|cloudfront\.net)$/;

/** From now on, calls of this process to AWS's names go to the sandbox at an address. */
export function throughTheBridge(address) {
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!names.test(url.hostname)) {
      return real(input, init);
    }
    return real(`http://${address}/_lightbox/bridge?url=${encodeURIComponent(url.href)}`, init);
  };
}

/** The latest code that was sent to somebody; waits for it. */
export async function inbox(address, to, purpose) {
  for (let attempt = 0; attempt < 50; attempt++) {
    const letters = await json(`http://${address}/_lightbox/mail`, { headers: { accept: 'application/json' } });
    const letter = letters.find((one) => one.to === to && (!purpose || purpose === one.purpose));
    if (letter) {
      return letter.code;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no ${purpose ?? 'code'} for ${to} in the inbox`);
}

/** What is deployed to the sandbox. */
export const overview = (address) => json(`http://${address}/_lightbox/`, { headers: { accept: 'application/json' } });

// The sandbox's administrator: dummies that are no secret.
const key = { id: 'AKIALIGHTBOXSANDBOX0', secret: 'lightbox-sandbox-secret-key-not-a-secret' };

/** Runs an operation of the user pools as the sandbox's administrator. */
export async function cognito(address, region, operation, input) {
  return json(`http://${address}/`, { method: 'POST', ...signedCognito(address, region, operation, input) });
}

/** The headers and the body of the same, for whoever is to send it. */
export function signedCognito(address, region, operation, input) {
  const body = JSON.stringify(input);
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: address,
    'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
    'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
  };
  return { headers: { ...headers, authorization: sign(body, headers, region) }, body };
}

async function json(url, init) {
  const response = await fetch(url, init);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${await response.text()}`);
  }
  return response.json();
}

// Signature Version 4, for POST / of cognito-idp.
function sign(body, headers, region) {
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const hmac = (secret, text) => createHmac('sha256', secret).update(text).digest();
  const signed = Object.keys(headers).sort();
  const lines = signed.map((name) => `${name}:${headers[name]}\n`).join('');
  const request = ['POST', '/', '', lines, signed.join(';'), hash(body)].join('\n');
  const time = headers['x-amz-date'];
  const scope = [time.slice(0, 8), region, 'cognito-idp', 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), hash(request)].join('\n');
  const signing = scope.reduce(hmac, `AWS4${key.secret}`);
  const signature = createHmac('sha256', signing).update(text).digest('hex');
  return `AWS4-HMAC-SHA256 Credential=${key.id}/${scope.join('/')}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
}
