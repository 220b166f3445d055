import { util } from '@aws-appsync/utils';
import { badRequest } from './errors.js';

const hex = '0123456789abcdef';
const dashes = [8, 13, 18, 23];

export const drafts = 'drafts/';
export const liveProducts = 'public/products/';
export const photos = 'public/photos/';

/** BadRequest unless key is that of an upload of the caller: `uploads/<sub>/<UUID>`, in lower case. Answers its UUID. */
export function checkUpload(key, sub) {
  const folder = `uploads/${sub}/`;
  const id = key.slice(folder.length);
  if (!key.startsWith(folder) || !isUUID(id)) {
    badRequest(`imgKey must be the key of an upload, ${folder}<UUID>: put the file there first`);
  }
  return id;
}

// Without util.matches: AWS does not say whether that searches or matches the whole.
function isUUID(text) {
  return text.length === 36 && text.split('').every((char, i) => (dashes.includes(i) ? char === '-' : hex.includes(char)));
}

/** Where the pictures of a product are. */
export function areaOf(product) {
  return product.state === 'LIVE' ? liveProducts : drafts;
}

/** Whether a row has a picture. */
export function hasPicture(row) {
  return !!row.folder;
}

/** What a row keeps of what was made of an upload. */
export function pictureOf(ctx) {
  const { make, picture } = ctx.stash;
  return {
    upload: make.upload.slice('uploads/'.length),
    claim: make.claim,
    original: picture.original,
    folder: picture.folder,
    width: picture.width,
    height: picture.height,
    placeholder: picture.placeholder,
    renditions: picture.renditions,
    bytes: picture.bytes,
  };
}

/** The name of a rendition's file, in its folder. */
export function fileOf(rendition) {
  return `${rendition.width}.${rendition.format === 'jpeg' ? 'jpg' : rendition.format}`;
}

/** The key of a row's picture as a JPEG, in an area. */
export function jpegKey(row, area) {
  return `${area}${row.folder}/${fileOf(row.renditions.find((one) => one.format === 'jpeg'))}`;
}

/** The Picture of a row whose files are in an area that the CDN does not serve. */
export function toPicture(row, area) {
  return {
    width: row.width,
    height: row.height,
    placeholder: row.placeholder,
    renditions: row.renditions.map((one) => ({
      width: one.width,
      format: one.format.toUpperCase(),
      key: `${area}${row.folder}/${fileOf(one)}`,
    })),
  };
}

/** The Picture of a row whose files are in an area below public/, with the addresses where the CDN serves them. */
export function toPublicPicture(ctx, row, area) {
  const picture = toPicture(row, area);
  const renditions = picture.renditions.map((one) => ({ ...one, url: `${ctx.env.CDN_URL}/${one.key.slice('public/'.length)}` }));
  return { ...picture, renditions };
}

/** What the function pictures answered; BadRequest with its words for what the caller can mend. */
export function answered(ctx) {
  if (ctx.error) {
    util.error('the picture could not be made: try again', ctx.error.type);
  }
  if (ctx.result.error) {
    badRequest(`imgKey: ${ctx.result.error}`);
  }
  return ctx.result;
}
