import { unauthorized } from './errors.js';

// Who calls is read from the token or the credentials alone, never from arguments or headers. A caller who signs with AWS
// credentials (guests, and everybody else by IAM) has neither a sub nor groups.

/** The caller's sub and user name; Unauthorized for a caller without a user-pool token. */
export function signedIn(ctx) {
  if (!ctx.identity || !ctx.identity.sub) {
    unauthorized('sign in with the user pool to do this');
  }
  return { sub: ctx.identity.sub, username: ctx.identity.username };
}

/**
 * The caller's sub and identity id, of credentials that the identity pool gave for a token of our user pool; Unauthorized
 * for everybody else: guests, tokens, credentials of another kind, and whoever signed in to the identity pool by another
 * provider too. AppSync names the providers between quotation marks, API Gateway without:
 * "<provider>","<provider>:CognitoSignIn:<sub>".
 *
 * https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html, "Identity", and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html, which has the form.
 */
export function signedInIdentity(ctx) {
  const { identity } = ctx;
  if (!identity || identity.cognitoIdentityAuthType !== 'authenticated' || !identity.cognitoIdentityAuthProvider) {
    unauthorized('sign in, and sign the request with the credentials of the identity pool');
  }
  const provider = ctx.env.USER_POOL_PROVIDER;
  const signIn = `${provider}:CognitoSignIn:`;
  const said = identity.cognitoIdentityAuthProvider.split('"').join('').split(',');
  if (said.length !== 2 || said[0] !== provider || !said[1].startsWith(signIn) || said[1] === signIn) {
    unauthorized('the credentials are not of the user pool alone');
  }
  return { sub: said[1].slice(signIn.length), identityId: identity.cognitoIdentityId };
}

/** Whether the caller's token says the group. */
function isIn(ctx, group) {
  return !!ctx.identity && !!ctx.identity.groups && ctx.identity.groups.includes(group);
}

/** Whether the caller may write the catalogue, and so see its drafts. */
export function writesCatalogue(ctx) {
  return isIn(ctx, 'Admins');
}

/** Whether the caller may remove what others posted. */
export function moderates(ctx) {
  return isIn(ctx, 'Admins');
}

/** Unauthorized for everybody but who writes the catalogue. The schema's directive says the same; this is the second lock. */
export function requireCatalogue(ctx) {
  if (!writesCatalogue(ctx)) {
    unauthorized('only those who write the catalogue may do this');
  }
}
