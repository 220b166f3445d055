import { decoded, drawn } from './drawn';
import { isPicture, thumbnailOf } from './files';
import { removeObject, upload } from './storage';

/** The longer side of a thumbnail, in pixels: the slot is 56 wide, on screens of up to double density. */
const longest = 160;

/** Draws the thumbnail of a picture and puts it beside its file. What the browser cannot open has none. */
export async function makeThumbnail(path: string, file: File): Promise<void> {
  if (!isPicture(path)) {
    return;
  }
  const image = await decoded(file).catch(() => undefined);
  const thumbnail = image && (await drawn(image, longest, ['image/webp', 'image/jpeg'], 0.8));
  if (thumbnail) {
    await upload(thumbnailOf(path), thumbnail);
  }
}

/** Removes a file, its thumbnail before it: so none is left without its file. */
export async function removeFile(path: string): Promise<void> {
  if (isPicture(path)) {
    await removeObject(thumbnailOf(path));
  }
  await removeObject(path);
}
