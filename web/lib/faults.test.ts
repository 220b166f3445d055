import { expect, test } from 'vitest';
import { Fault, faultOf, plainly } from './faults';

const graphql = (errorType: string, message = 'm') => ({ data: null, errors: [{ errorType, message }] });
const named = (name: string, message = 'm') => Object.assign(new Error(message), { name });

test.each([
  ['the four of the API', graphql('Conflict'), 'Conflict'],
  ['more than is allowed', graphql('LimitExceeded'), 'LimitExceeded'],
  ['a token that AppSync refuses', graphql('UnauthorizedException'), 'SessionEnded'],
  ['a field that the API refuses', graphql('Unauthorized'), 'Unauthorized'],
  ['a session that was ended elsewhere', named('NotAuthorizedException', 'Access Token has been revoked'), 'SessionEnded'],
  ['nobody is signed in', named('UserUnAuthenticatedException'), 'SessionEnded'],
  ['nobody is signed in, inside GraphQL', { errors: [{ message: 'x', originalError: named('NoSignedUser') }] }, 'SessionEnded'],
  ['a fault of the backend', graphql('DynamoDB:InternalServerError'), 'Unknown'],
  ['no network, inside GraphQL', { errors: [{ message: 'x', originalError: named('NetworkError') }] }, 'Offline'],
  ['no network, in S3', named('NetworkError', 'A network error has occurred.'), 'Offline'],
  ['no network, from fetch', new TypeError('Failed to fetch'), 'Offline'],
  ['S3 says no', named('AccessDenied'), 'Unauthorized'],
  ['a key that exists', named('PreconditionFailed'), 'Conflict'],
  ['a name that every object has', graphql('constructor'), 'Unknown'],
  ['nothing', undefined, 'Unknown'],
])('%s', (_, thrown, want) => {
  expect(faultOf(thrown).kind).toBe(want);
});

test('shows what the API says of a bad argument, and nothing else that it says', () => {
  expect(faultOf(graphql('BadRequest', 'price must be positive')).message).toBe('Price must be positive.');
  expect(faultOf(graphql('LimitExceeded', 'you have sent 200 pictures today: send more tomorrow')).message).toBe(
    'You have sent 200 pictures today: send more tomorrow.',
  );
  expect(faultOf(graphql('Conflict', 'row 7 of table x')).message).not.toContain('table');
  expect(faultOf(graphql('DynamoDB:Fault', 'arn:aws:secret')).message).not.toContain('arn');
});

test('shows what the API says of a picture, without the name of its argument', () => {
  const words = 'a HEIC picture: want a JPEG, PNG, WebP or GIF';
  expect(faultOf(graphql('BadRequest', `imgKey: ${words}`)).message).toBe('A HEIC picture: want a JPEG, PNG, WebP or GIF.');
});

test('shows what Cognito says of a password', () => {
  const thrown = named('InvalidPasswordException', 'Password did not conform with policy: too short');
  expect(faultOf(thrown).message).toBe('Password did not conform with policy: too short.');
});

test('shows what a function of the user pool says, and not who called it', async () => {
  const thrown = named('UserLambdaValidationException', 'PreSignUp failed with error please sign up with your address of example.com.');
  expect(faultOf(thrown).message).toBe('Please sign up with your address of example.com.');
  const refused = plainly(() => Promise.reject(thrown));
  await expect(refused()).rejects.toThrow('Please sign up with your address of example.com.');
  const question = named('UserLambdaValidationException', 'PreSignUp failed with error Who are you?.');
  expect(faultOf(question).message).toBe('Who are you?');
});

test('says that nobody can sign up where the user pool is closed', async () => {
  const thrown = named('NotAuthorizedException', 'SignUp is not permitted for this user pool');
  await expect(plainly(() => Promise.reject(thrown))()).rejects.toThrow('Nobody can sign up at the moment.');
});

test('leaves to Amplify what else a form is told', async () => {
  const thrown = named('UsernameExistsException', 'User already exists');
  await expect(plainly(() => Promise.reject(thrown))()).rejects.toBe(thrown);
  await expect(plainly(async (n: number) => n + 1)(1)).resolves.toBe(2);
});

test('says in our own words what Cognito says in its own', () => {
  const thrown = named('CodeMismatchException', 'Invalid verification code provided, please try again.');
  expect(faultOf(thrown).message).toBe('This code is not right. Look for the latest one.');
});

test('leaves a Fault as it is', () => {
  const fault = new Fault('NotFound', 'gone');
  expect(faultOf(fault)).toBe(fault);
});
