// Fills a sandbox: an admin, two people, a dozen products and a dozen photos, by the unmodified Amplify client and so by
// the front door. What is there already stays as it is.
//
//   node seed/seed.mjs [127.0.0.1:4566] [out-sandbox/amplify_outputs.json]
import { readFile } from 'node:fs/promises';
import { Amplify } from 'aws-amplify';
import { generateClient } from 'aws-amplify/api';
import { confirmSignUp, fetchAuthSession, signIn, signOut, signUp } from 'aws-amplify/auth';
import { uploadData } from 'aws-amplify/storage';
import { landscape } from './draw.mjs';
import { goods } from './goods.mjs';
import { admin, people } from './people.mjs';
import { cognito, inbox, throughTheBridge } from './sandbox.mjs';

const [address = '127.0.0.1:4566', file = 'out-sandbox/amplify_outputs.json'] = process.argv.slice(2);
const outputs = JSON.parse(await readFile(file, 'utf8'));
throughTheBridge(address);
Amplify.configure(outputs);
const client = generateClient({ authMode: 'userPool' });
const call = async (query, variables) => Object.values((await client.graphql({ query, variables })).data)[0];

/** Signs a person in, up first if need be. */
async function enter({ name, email, password }, groups = []) {
  await signOut();
  try {
    await signUp({ username: name, password, options: { userAttributes: { email } } });
    await confirmSignUp({ username: name, confirmationCode: await inbox(address, email) });
  } catch (fault) {
    if (fault.name !== 'UsernameExistsException') {
      throw fault;
    }
  }
  for (const group of groups) {
    const input = { UserPoolId: outputs.auth.user_pool_id, Username: name, GroupName: group };
    await cognito(address, outputs.auth.aws_region, 'AdminAddUserToGroup', input);
  }
  const { isSignedIn } = await signIn({ username: name, password });
  if (!isSignedIn) {
    throw new Error(`${name}: cannot sign in with the password of the seed alone`);
  }
}

/** Sends a picture to be made one of, and answers its key. */
async function upload(data) {
  const path = `uploads/${(await fetchAuthSession()).userSub}/${crypto.randomUUID()}`;
  await uploadData({ path, data }).result;
  return path;
}

// All that subscribers show.
const picture = 'imgKey picture { width height placeholder renditions { width format key url } }';
const fields = `id version ${picture} name description price currency isLive createdAt updatedAt`;
const photoFields = `id ${picture} caption owner uploadedBy likeCount commentCount version createdAt updatedAt`;

async function sell({ picture, ...details }) {
  const imgKey = await upload(await picture());
  const { id, version } = await call(`mutation($input: ProductInput!) { createProduct(input: $input) { ${fields} } }`, {
    input: { ...details, imgKey },
  });
  await call(`mutation($id: ID!, $version: Int!) { publishProduct(id: $id, version: $version) { ${fields} } }`, { id, version });
}

async function post({ hue, caption, width, height }, number) {
  const imgKey = await upload(await landscape(hue, number, width, height));
  await call(`mutation($input: PhotoInput!) { createPhoto(input: $input) { ${photoFields} } }`, { input: { imgKey, caption } });
}

/** Likes some photos of others, and says something under one. */
async function react(sub, comment) {
  const { items } = await call('query { listPhotos(limit: 100) { items { id owner likeCount } } }');
  const others = items.filter(({ owner }) => owner !== sub);
  for (const { id } of others.filter((_, index) => index % 2 === 0)) {
    await call(`mutation($id: ID!) { likePhoto(id: $id) { ${photoFields} } }`, { id });
  }
  const [first] = others;
  if (first) {
    await call(
      'mutation($photoId: ID!, $text: String!) { addComment(photoId: $photoId, text: $text) { id photoId text author owner createdAt updatedAt version } }',
      { photoId: first.id, text: comment },
    );
  }
}

await enter(admin, ['Admins']);
const { items: live } = await call('query { listProducts(limit: 100) { items { name } } }');
const missing = goods.filter(({ name }) => !live.some((product) => product.name === name));
for (const good of missing) {
  await sell(good);
}
console.log(`${missing.length} products published, ${goods.length - missing.length} were there`);

const newcomers = [];
for (const person of people) {
  await enter(person);
  const sub = (await fetchAuthSession()).userSub;
  const { items } = await call('query($owner: ID!) { photosByOwner(owner: $owner, limit: 1) { items { id } } }', {
    owner: sub,
  });
  if (items.length > 0) {
    console.log(`${person.name} has photos already`);
    continue;
  }
  for (const [number, photo] of person.photos.entries()) {
    await post(photo, number + person.name.length);
  }
  newcomers.push(person);
  console.log(`${person.name} posted ${person.photos.length} photos`);
}
for (const person of newcomers) {
  await enter(person);
  await react((await fetchAuthSession()).userSub, person.comment);
}
await signOut();
console.log(`Sign in as ${[admin, ...people].map(({ name }) => name).join(', ')}; the password is ${admin.password}`);
