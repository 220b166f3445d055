// Amplify's own client against the sandbox's user pools. A Go test serves them, and what a person would do besides: read
// mail, and ask an administrator. Its address is the first argument.
//
//   node cognito.mjs http://127.0.0.1:PORT            all that an app does to sign people up and in
//   node cognito.mjs http://127.0.0.1:PORT sign-ins   signs in each of the accounts at /accounts, with a right and a wrong password
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { Amplify } from 'aws-amplify';
import {
  autoSignIn, confirmResetPassword, confirmSignIn, confirmSignUp, confirmUserAttribute, deleteUser, fetchAuthSession, fetchDevices,
  fetchMFAPreference, fetchUserAttributes, getCurrentUser, resendSignUpCode, resetPassword, sendUserAttributeVerificationCode,
  setUpTOTP, signIn, signOut, signUp, updateMFAPreference, updatePassword, updateUserAttribute, verifyTOTPSetup,
} from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';

const server = process.argv[2];
const ask = async (path, init) => {
  const response = await fetch(server + path, init);
  assert.equal(response.status, 200, `${path}: ${await response.clone().text()}`);
  return response.json();
};
const admin = (operation, input) => ask(`/admin/${operation}`, { method: 'POST', body: JSON.stringify(input) });
const codeFor = (address) => ask(`/mail?to=${encodeURIComponent(address)}`);

// Each device keeps its own tokens, as each browser does.
const device = () => {
  const kept = new Map();
  return {
    kept,
    setItem: async (key, value) => void kept.set(key, value),
    getItem: async (key) => kept.get(key) ?? null,
    removeItem: async (key) => void kept.delete(key),
    clear: async () => kept.clear(),
  };
};
const use = (d) => cognitoUserPoolsTokenProvider.setKeyValueStorage(d);

// configure points Amplify to one of the pools that the server has, on a new device.
const pools = await ask('/pools');
const configure = (name) => {
  const { pool, client } = pools[name];
  Amplify.configure({
    Auth: { Cognito: { userPoolId: pool, userPoolClientId: client, userPoolEndpoint: server, loginWith: { username: true, email: true } } },
  });
  const d = device();
  use(d);
  return d;
};

// refused is the error that a promise must end with.
const refused = async (promise, name, message) => {
  const error = await promise.then((value) => assert.fail(`got ${JSON.stringify(value)}, want ${name}`), (reason) => reason);
  assert.equal(error.name, name, String(error));
  if (message) assert.equal(error.message, message);
  return error;
};

const step = async (promise, want) => {
  const { nextStep } = await promise;
  assert.equal(nextStep.signInStep ?? nextStep.signUpStep ?? nextStep.resetPasswordStep ?? nextStep.updateAttributeStep, want);
  return nextStep;
};

// totp is the code that an authenticator app shows: RFC 6238, some steps of 30 seconds from now.
const totp = (secret, steps) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const sum = createHmac('sha1', key).update(counter).digest();
  return String((sum.readUInt32BE(sum.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};
const another = (code) => code.replace(/\d/g, (digit) => (Number(digit) + 1) % 10);

const password = 'Correct-horse-1';
const next = 'Battery-staple-2';
const wrongPassword = 'Incorrect username or password.';

// enroll makes a confirmed user.
const enroll = async (username) => {
  const email = `${username}@example.com`;
  await signUp({ username, password, options: { userAttributes: { email } } });
  await step(confirmSignUp({ username, confirmationCode: await codeFor(email) }), 'DONE');
  return email;
};

const stories = {
  async 'sign-up, confirmation, sign-in'() {
    configure('shipped');
    const email = 'ann@example.com';
    const { isSignUpComplete, userId, nextStep } = await signUp({ username: 'Ann', password, options: { userAttributes: { email } } });
    assert.equal(isSignUpComplete, false);
    assert.equal(nextStep.signUpStep, 'CONFIRM_SIGN_UP');
    assert.deepEqual(nextStep.codeDeliveryDetails, { attributeName: 'email', deliveryMedium: 'EMAIL', destination: 'a***@e***' });
    await refused(signUp({ username: 'ann', password, options: { userAttributes: { email } } }), 'UsernameExistsException');
    await refused(signUp({ username: 'bob', password: 'short', options: { userAttributes: { email } } }), 'InvalidPasswordException');
    await step(signIn({ username: 'ann', password }), 'CONFIRM_SIGN_UP');
    const code = await codeFor(email);
    await refused(confirmSignUp({ username: 'ann', confirmationCode: another(code) }), 'CodeMismatchException');
    await resendSignUpCode({ username: 'ann' });
    await step(confirmSignUp({ username: 'ann', confirmationCode: await codeFor(email) }), 'DONE');

    await refused(signIn({ username: 'ann', password: next }), 'NotAuthorizedException', wrongPassword);
    await refused(signIn({ username: 'nobody', password }), 'NotAuthorizedException', wrongPassword);
    await refused(signIn({ username: 'nobody@example.com', password }), 'NotAuthorizedException', wrongPassword);
    await refused(getCurrentUser(), 'UserUnAuthenticatedException');
    for (const name of ['ann', 'ANN', 'ann@example.com', 'Ann@Example.com']) {
      const { isSignedIn } = await signIn({ username: name, password });
      assert.equal(isSignedIn, true, name);
      const user = await getCurrentUser();
      assert.equal(user.userId, userId);
      assert.equal(user.username, 'ann');
      const { tokens } = await fetchAuthSession();
      assert.equal(tokens.idToken.payload.email, email);
      assert.equal(tokens.accessToken.payload.username, 'ann');
      assert.deepEqual(await fetchUserAttributes(), { sub: userId, email, email_verified: 'true' });
      await signOut();
    }
  },

  async 'an automatic sign-in after the confirmation'() {
    configure('shipped');
    const email = 'auto@example.com';
    await signUp({ username: 'auto', password, options: { userAttributes: { email }, autoSignIn: true } });
    await step(confirmSignUp({ username: 'auto', confirmationCode: await codeFor(email) }), 'COMPLETE_AUTO_SIGN_IN');
    assert.equal((await autoSignIn()).isSignedIn, true);
    assert.equal((await getCurrentUser()).username, 'auto');
    await signOut();
  },

  async 'refresh with rotation'() {
    const d = configure('shipped');
    await enroll('refresher');
    await signIn({ username: 'refresher', password });
    const refreshToken = () => [...d.kept].find(([key]) => key.endsWith('.refreshToken'))[1];
    const first = { session: await fetchAuthSession(), token: refreshToken() };
    const second = { session: await fetchAuthSession({ forceRefresh: true }), token: refreshToken() };
    assert.notEqual(second.token, first.token, 'the refresh token was not rotated');
    assert.notEqual(second.session.tokens.accessToken.toString(), first.session.tokens.accessToken.toString());
    assert.equal(second.session.tokens.accessToken.payload.origin_jti, first.session.tokens.accessToken.payload.origin_jti);
    assert.equal((await fetchAuthSession({ forceRefresh: true })).tokens.accessToken.payload.username, 'refresher');
    assert.equal((await getCurrentUser()).username, 'refresher');

    await signOut(); // revokes
    await refused(fetchUserAttributes(), 'UserUnAuthenticatedException');
    const answer = await fetch(server, {
      method: 'POST', body: JSON.stringify({ RefreshToken: second.token, ClientId: pools.shipped.client }),
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSCognitoIdentityProviderService.GetTokensFromRefreshToken' },
    });
    assert.equal((await answer.json()).__type, 'NotAuthorizedException', 'the token is good after the sign-out');
  },

  async 'a changed password'() {
    configure('shipped');
    await enroll('changer');
    await signIn({ username: 'changer', password });
    await refused(updatePassword({ oldPassword: next, newPassword: next }), 'NotAuthorizedException');
    await refused(updatePassword({ oldPassword: password, newPassword: 'short' }), 'InvalidPasswordException');
    await updatePassword({ oldPassword: password, newPassword: next });
    await signOut();
    await refused(signIn({ username: 'changer', password }), 'NotAuthorizedException', wrongPassword);
    assert.equal((await signIn({ username: 'changer', password: next })).isSignedIn, true);
    await signOut();
  },

  async 'a forgotten password'() {
    configure('shipped');
    const username = 'forgetter', email = await enroll(username);
    const { codeDeliveryDetails } = await step(resetPassword({ username }), 'CONFIRM_RESET_PASSWORD_WITH_CODE');
    assert.equal(codeDeliveryDetails.destination, 'f***@e***');
    await step(resetPassword({ username: 'nobody' }), 'CONFIRM_RESET_PASSWORD_WITH_CODE');
    const confirmationCode = await codeFor(email);
    await refused(confirmResetPassword({ username, confirmationCode: another(confirmationCode), newPassword: next }), 'CodeMismatchException');
    await confirmResetPassword({ username, confirmationCode, newPassword: next });
    await refused(confirmResetPassword({ username, confirmationCode, newPassword: password }), 'ExpiredCodeException');
    await refused(signIn({ username, password }), 'NotAuthorizedException', wrongPassword);
    assert.equal((await signIn({ username, password: next })).isSignedIn, true);
    await signOut();
  },

  async 'another address'() {
    configure('shipped');
    const email = await enroll('mover'), to = 'moved@example.com';
    await signIn({ username: 'mover', password });
    await step(updateUserAttribute({ userAttribute: { attributeKey: 'email', value: to } }), 'CONFIRM_ATTRIBUTE_WITH_CODE');
    assert.equal((await fetchUserAttributes()).email, email);
    await refused(updateUserAttribute({ userAttribute: { attributeKey: 'custom:role', value: 'Admins' } }), 'NotAuthorizedException');
    await sendUserAttributeVerificationCode({ userAttributeKey: 'email' });
    const confirmationCode = await codeFor(to);
    await refused(confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: another(confirmationCode) }), 'CodeMismatchException');
    await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode });
    assert.equal((await fetchUserAttributes()).email, to);
    await signOut();
    assert.equal((await signIn({ username: to, password })).isSignedIn, true);
    await refused(fetchDevices(), 'UnsupportedOperationException');
    await signOut();
  },

  async 'an authenticator app'() {
    configure('shipped');
    await enroll('careful');
    await signIn({ username: 'careful', password });
    const setup = await setUpTOTP();
    assert.match(setup.getSetupUri('Lightbox', 'careful').href, /^otpauth:\/\/totp\/Lightbox:careful\?secret=[A-Z2-7]+&issuer=Lightbox$/);
    const { sharedSecret } = setup;
    await refused(verifyTOTPSetup({ code: another(totp(sharedSecret, 0)) }), 'EnableSoftwareTokenMFAException');
    await verifyTOTPSetup({ code: totp(sharedSecret, 0) });
    await updateMFAPreference({ totp: 'PREFERRED' });
    assert.deepEqual(await fetchMFAPreference(), { enabled: ['TOTP'], preferred: 'TOTP' });
    await signOut();
    await step(signIn({ username: 'careful', password }), 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
    await refused(getCurrentUser(), 'UserUnAuthenticatedException');
    await refused(confirmSignIn({ challengeResponse: another(totp(sharedSecret, 1)) }), 'CodeMismatchException');
    await step(confirmSignIn({ challengeResponse: totp(sharedSecret, 1) }), 'DONE');
    assert.equal((await getCurrentUser()).username, 'careful');
    await updateMFAPreference({ totp: 'DISABLED' });
    await signOut();
    await step(signIn({ username: 'careful', password }), 'DONE');
    await signOut();
  },

  async 'a pool that wants an authenticator app'() {
    configure('strict');
    await enroll('strict');
    const { totpSetupDetails } = await step(signIn({ username: 'strict', password }), 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
    const { sharedSecret } = totpSetupDetails;
    await step(confirmSignIn({ challengeResponse: totp(sharedSecret, 0) }), 'DONE');
    assert.equal((await getCurrentUser()).username, 'strict');
    await signOut();
    await step(signIn({ username: 'strict', password }), 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
    await step(confirmSignIn({ challengeResponse: totp(sharedSecret, 1) }), 'DONE');
    await signOut();
  },

  async 'an invitation'() {
    configure('shipped');
    await admin('AdminCreateUser', { Username: 'guest', UserAttributes: [{ Name: 'email', Value: 'guest@example.com' }] });
    const temporary = await codeFor('guest@example.com');
    await refused(signIn({ username: 'guest', password }), 'NotAuthorizedException', wrongPassword);
    await step(signIn({ username: 'guest', password: temporary }), 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
    await refused(confirmSignIn({ challengeResponse: 'short' }), 'InvalidPasswordException');
    await step(confirmSignIn({ challengeResponse: password }), 'DONE');
    assert.equal((await getCurrentUser()).username, 'guest');
    await signOut();
  },

  async 'a group'() {
    configure('shipped');
    await enroll('boss');
    await signIn({ username: 'boss', password });
    assert.equal((await fetchAuthSession()).tokens.idToken.payload['cognito:groups'], undefined);
    await admin('AdminAddUserToGroup', { Username: 'boss', GroupName: 'Admins' });
    const { tokens } = await fetchAuthSession({ forceRefresh: true });
    assert.deepEqual(tokens.idToken.payload['cognito:groups'], ['Admins']);
    assert.deepEqual(tokens.accessToken.payload['cognito:groups'], ['Admins']);
    assert.match(tokens.idToken.payload['cognito:preferred_role'], /:role\/Admin$/);
    await signOut();
  },

  async 'a sign-out everywhere'() {
    const phone = configure('shipped');
    await enroll('leaver');
    await signIn({ username: 'leaver', password });
    const laptop = configure('shipped');
    await signIn({ username: 'leaver', password });
    await signOut({ global: true });
    assert.equal(laptop.kept.size, 0);
    use(phone);
    await refused(fetchUserAttributes(), 'NotAuthorizedException', 'Access Token has been revoked');
    assert.equal((await fetchAuthSession({ forceRefresh: true })).tokens, undefined);
    assert.equal((await signIn({ username: 'leaver', password })).isSignedIn, true);
    await signOut();
  },

  async 'a farewell'() {
    configure('shipped');
    await enroll('goer');
    await signIn({ username: 'goer', password });
    await deleteUser();
    await refused(signIn({ username: 'goer', password }), 'NotAuthorizedException', wrongPassword);
  },
};

// signInEveryone signs in with the right password of every user and with another.
const signInEveryone = async () => {
  const accounts = await ask('/accounts');
  for (const { username, right, wrong } of accounts) {
    configure('shipped');
    await refused(signIn({ username, password: wrong }), 'NotAuthorizedException', wrongPassword);
    assert.equal((await signIn({ username, password: right })).isSignedIn, true, `${username} with ${right}`);
    assert.equal((await fetchUserAttributes()).email_verified, 'true');
  }
  console.log(`${accounts.length} people signed in, and did not with another password`);
};

const run = async () => {
  if (process.argv[3] === 'sign-ins') return signInEveryone();
  for (const [name, story] of Object.entries(stories)) {
    try {
      await story();
    } catch (error) {
      throw new Error(`in the story of ${name}`, { cause: error });
    }
    console.log(`ok: ${name}`);
  }
};

// Amplify warns that the endpoint is not AWS's, which is the point here.
console.warn = () => {};
await run();
process.exit(0); // it keeps timers
