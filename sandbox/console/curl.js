// A call as a command of curl's. Secrets are not in it: it signs anew by the keys of the environment, and takes tokens from there.

const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

// What curl writes by itself, or what belongs to the browser that asked.
const own = /^(accept|accept-encoding|accept-language|authorization|cache-control|pragma|priority|connection|content-length|host|origin|referer|sec-.*|user-agent|x-amz-content-sha256|x-amz-date|x-amz-security-token|amz-sdk-.*|x-amz-user-agent)$/i;

/** The command for what /_lightbox/requests?call= answers. */
export function asCurl({ request, service }) {
  const url = new URL(request.url);
  const find = (name) => request.headers.find((header) => header.name.toLowerCase() === name)?.value;
  // A link that was signed is signed anew in a header.
  const presigned = url.searchParams.get('X-Amz-Credential');
  const authorization = presigned ? `AWS4- Credential=${presigned}/` : find('authorization');
  const token = url.searchParams.has('X-Amz-Security-Token') || find('x-amz-security-token');
  for (const name of [...url.searchParams.keys()].filter((one) => presigned && one.startsWith('X-Amz-'))) {
    url.searchParams.delete(name);
  }
  const lines = [`curl ${quote(url.href)}`];
  const add = (text) => lines.push(`  ${text}`);
  if (request.method !== 'GET') {
    add(`-X ${request.method}`);
  }
  if (/\.(amazonaws\.com|cloudfront\.net)$/.test(url.hostname)) {
    add(`--connect-to ${quote(`::${document.documentElement.dataset.https ?? ''}`)} --cacert "$AWS_CA_BUNDLE"`);
  }
  if (authorization?.startsWith('AWS4-')) {
    const [, region, name] = /Credential=[^/]*\/\d+\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [null, 'us-east-1', service];
    add(`--aws-sigv4 ${quote(`aws:amz:${region}:${name}`)} --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"`);
    if (token) {
      add('-H "x-amz-security-token: $AWS_SESSION_TOKEN"');
    }
  } else if (authorization) {
    add('-H "Authorization: $TOKEN"');
  }
  for (const { name, value, hidden } of request.headers) {
    if (!own.test(name)) {
      add(hidden ? `-H "${name}: $${name.toUpperCase().replaceAll('-', '_')}"` : `-H ${quote(`${name}: ${value}`)}`);
    }
  }
  if (request.body) {
    add(`--data-raw ${quote(request.body)}${request.cut ? ' # and more, which was not kept' : ''}`);
  }
  return lines.join(' \\\n');
}
