/** The suffixes of pictures that the API takes, and the media type that a browser gives such a file. */
export const pictureTypes: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
};

/** The largest picture that the pages upload. */
export const maxPictureBytes = 10 * 1024 * 1024;

/** For the accept attribute of a file input. */
export const pictureAccept = [...new Set(Object.values(pictureTypes))].join(',');

/** What the pages say of pictures before somebody chooses one. */
export const pictureLimits = 'JPEG, PNG, GIF, WebP or AVIF, at most 10 MB';

/** Why a file cannot be a picture of a product or a photo, or undefined when it can. */
export function pictureFault(file: { type: string; size: number }): string | undefined {
  if (!Object.values(pictureTypes).includes(file.type)) {
    return `This is not a picture that can be shown: ${pictureLimits}.`;
  }
  if (file.size > maxPictureBytes) {
    return `This picture has ${megabytes(file.size)} MB: ${pictureLimits}.`;
  }
  return file.size === 0 ? 'This file is empty.' : undefined;
}

/** A new key in an area, which ends in a slash. The suffix follows from the media type, never from a file's name. */
export function newPictureKey(area: string, mediaType: string, uuid: string = crypto.randomUUID()): string {
  const suffix = Object.keys(pictureTypes).find((key) => pictureTypes[key] === mediaType);
  if (!suffix) {
    throw new Error(`no suffix for ${mediaType}`);
  }
  return `${area}${uuid}.${suffix}`;
}

/** A new key in another area for a copy of the picture at a key. */
export function copyKey(area: string, key: string, uuid: string = crypto.randomUUID()): string {
  return `${area}${uuid}.${key.slice(key.lastIndexOf('.') + 1)}`;
}

export const draftArea = 'drafts/';
export const productArea = 'public/products/';
export const photoArea = (sub: string) => `public/photos/${sub}/`;

/** Where the CDN serves a public key: the key without `public`. Undefined for a key that is not public. */
export function cdnURL(cdn: string, key: string | null): string | undefined {
  if (!key?.startsWith('public/')) {
    return undefined;
  }
  return cdn + key.slice('public'.length).split('/').map(encodeURIComponent).join('/');
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
