// What is taken out of the deployed templates, one thing at a time, and the test that must notice. A break that finds
// nothing to take out is a fault of this file.

/** @typedef {{ what: string, stack: string, take: (template: any) => void, spec: string, test: string }} Break */

/** Replaces a part of a resolver's code. */
const inCode = (name, from, to) => (template) => {
  const found = Object.values(template.Resources).filter(
    ({ Properties: own }) => typeof own?.Code === 'string' && own.Code.includes(from) && (own.Name === name || own.FieldName === name),
  );
  if (found.length !== 1) {
    throw new Error(`${name}: ${found.length} resolvers have ${from}, want 1`);
  }
  found[0].Properties.Code = found[0].Properties.Code.replace(from, () => to);
};

/** Takes a statement out of the policy whose logical id starts with id, or changes it. */
const inPolicy = (id, sid, change) => (template) => {
  const [policy] = Object.entries(template.Resources).filter(([key]) => key.startsWith(id)).map(([, one]) => one);
  const statements = policy?.Properties.PolicyDocument.Statement ?? [];
  const at = statements.findIndex(({ Sid }) => Sid === sid);
  if (at < 0) {
    throw new Error(`${id}: no statement ${sid}`);
  }
  if (!change) {
    statements.splice(at, 1);
    return;
  }
  const before = JSON.stringify(statements[at]);
  statements[at] = JSON.parse(change(before));
  if (JSON.stringify(statements[at]) === before) {
    throw new Error(`${id}: ${sid} is as it was`);
  }
};

/** The CORS rule of the bucket. */
const inCORS = (change) => (template) => {
  const bucket = Object.values(template.Resources).find(({ Properties: own }) => own?.CorsConfiguration);
  const [rule] = bucket.Properties.CorsConfiguration.CorsRules;
  const before = JSON.stringify(rule);
  change(rule);
  if (JSON.stringify(rule) === before) {
    throw new Error('the CORS rule is as it was');
  }
};

/** The response headers of the CDN. */
const inHeaders = (change) => (template) => {
  const policy = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::CloudFront::ResponseHeadersPolicy');
  change(policy.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig);
};

const anybody = (statement) => statement.replace(/\$\{[^}]+\}\//g, '');
const strangers = { spec: 'attacks', test: "nobody changes or deletes another's photo or comment" };
const thieves = { spec: 'attacks', test: "nobody lists or opens another's private files" };
const strays = { spec: 'attacks', test: "nobody writes, deletes, lists or opens another's files and pictures" };
const sharing = { spec: 'files', test: 'a file to share opens by its link' };
const keeping = { spec: 'files', test: 'several files at once go to one folder' };
const photos = { spec: 'photos', test: 'a photo, its likes and its comments live in two browsers' };
const shop = { spec: 'store', test: 'guests and users see a product that is published while they look' };
const selling = { spec: 'admin', test: 'an admin writes a product, changes it, replaces its picture' };

/** @type {Break[]} */
export const breaks = [
  {
    what: 'updatePhoto without its condition on the owner',
    stack: 'API',
    take: inCode('updatePhoto', '"#photoOwner = :me AND #version = :version", { me: sub, version }', '"#version = :version", { version }'),
    ...strangers,
  },
  {
    what: 'deletePhoto without its condition on the owner',
    stack: 'API',
    take: inCode(
      'deletePhoto',
      '"#photoOwner = :owner AND #likeCount = :likes", { owner, likes: photo.likeCount }',
      '"#likeCount = :likes", { likes: photo.likeCount }',
    ),
    ...strangers,
  },
  {
    what: 'editComment without its condition on the owner',
    stack: 'API',
    take: inCode('editComment', '"#owner = :me AND #version = :version", { me: sub, version }', '"#version = :version", { version }'),
    ...strangers,
  },
  {
    what: 'deleteComment without its condition on the owner',
    stack: 'API',
    take: inCode('deleteComment', '"#owner = :me OR #onPhotoOf = :me", { me: signedIn(ctx).sub }', '"attribute_exists(photoId)", {}'),
    ...strangers,
  },
  {
    what: "createPhoto of anybody's upload",
    stack: 'API',
    // The function looks whose it is, too.
    take: (template) => {
      inCode('checkNewPhoto', 'checkUpload(input.imgKey, sub)', 'checkUpload(input.imgKey, input.imgKey.split("/")[1])')(template);
      inCode('checkNewPhoto', 'owner: sub }', 'owner: input.imgKey.split("/")[1] }')(template);
    },
    ...strangers,
  },
  { what: 'users cannot write their private files', stack: 'FileStorage', take: inPolicy('UserAccess', 'GetPutDeleteOwnPrivate'), ...keeping },
  { what: 'users cannot list their private files', stack: 'FileStorage', take: inPolicy('UserAccess', 'ListOwnPrivate'), ...keeping },
  { what: 'users cannot read what is to share', stack: 'FileStorage', take: inPolicy('UserAccess', 'GetProtected'), ...sharing },
  { what: 'users cannot write what is to share', stack: 'FileStorage', take: inPolicy('UserAccess', 'PutDeleteOwnProtected'), ...sharing },
  { what: 'users cannot list what they share', stack: 'FileStorage', take: inPolicy('UserAccess', 'ListOwnProtected'), ...sharing },
  { what: 'users cannot send pictures', stack: 'FileStorage', take: inPolicy('UserAccess', 'GetPutOwnUploads'), ...photos },
  {
    what: "users list everybody's private files",
    stack: 'FileStorage',
    take: inPolicy('UserAccess', 'ListOwnPrivate', anybody),
    ...thieves,
  },
  ...['PutDeleteOwnProtected', 'GetPutOwnUploads', 'GetPutDeleteOwnPrivate', 'ListOwnProtected', 'GetOwnOriginals'].map(
    (sid) => ({ what: `${sid} for everybody's`, stack: 'FileStorage', take: inPolicy('UserAccess', sid, anybody), ...strays }),
  ),
  { what: "admins cannot read a draft's picture", stack: 'FileStorage', take: inPolicy('AdminAccess', 'GetDrafts'), ...selling },
  { what: "the function cannot write a draft's picture", stack: 'API', take: inPolicy('PicturesAccess', 'GetPutDrafts'), ...selling },
  { what: "the function cannot write a live product's picture", stack: 'API', take: inPolicy('PicturesAccess', 'GetPutPublicProducts'), ...selling },
  { what: 'the function cannot write photos', stack: 'API', take: inPolicy('PicturesAccess', 'GetPutPublicPhotos'), ...photos },
  { what: 'the other function cannot remove photos', stack: 'API', take: inPolicy('RemoverAccess', 'ErasePublicPhotos'), ...photos },
  { what: 'the CDN cannot read pictures of products', stack: 'FileStorage', take: inPolicy('FilesPolicy', 'GetPublicProducts'), ...shop },
  { what: 'the CDN cannot read photos', stack: 'FileStorage', take: inPolicy('FilesPolicy', 'GetPublicPhotos'), ...photos },
  {
    what: 'guests may not call listProducts',
    stack: 'API',
    // Not the statement: a policy without any is not deployed.
    take: inPolicy('FieldAccess', 'CallPublicFields', (statement) =>
      statement.replace('/types/Query/fields/listProducts', '/types/Query/fields/nothing'),
    ),
    ...shop,
  },
  {
    what: 'the CORS rule without ETag',
    stack: 'FileStorage',
    take: inCORS((rule) => (rule.ExposedHeaders = rule.ExposedHeaders.filter((name) => name !== 'ETag'))),
    spec: 'files',
    test: 'a large file goes up in parts',
  },
  {
    what: 'the CORS rule for every origin',
    stack: 'FileStorage',
    take: inCORS((rule) => (rule.AllowedOrigins = ['*'])),
    spec: 'attacks',
    test: 'the pages of another origin cannot use the bucket',
  },
  {
    what: 'the CDN without its Content-Security-Policy',
    stack: 'CDN',
    take: inHeaders((headers) => delete headers.ContentSecurityPolicy),
    spec: 'attacks',
    test: 'a drawing with a script is made no picture',
  },
];
