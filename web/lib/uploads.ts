import { faultOf } from './faults';
import type { Step } from './steps';
import { type OnProgress, upload } from './storage';

/**
 * A picture that somebody chose, and the key under which it is sent. Nobody but its owner reads it there, and it stays for a
 * day: what others see is made of it by the backend. It is sent once, however often the write after it is tried.
 */
export type Upload = { readonly key: string; readonly file: File; sent: boolean };

/** A new key for a picture of a user: of the form that createPhoto, createProduct and updateProduct take. */
export const newUpload = (sub: string, file: File, uuid: string = crypto.randomUUID()): Upload => ({
  key: `uploads/${sub}/${uuid}`,
  file,
  sent: false,
});

/** The UUID of an upload, which is that of the photo or the product that is made of it. */
export const uuidOf = ({ key }: Upload) => key.slice(key.lastIndexOf('/') + 1);

/** What the page says while the backend makes a picture of an upload, which takes seconds. */
export const makingIt = 'Making your picture';

/** The step that sends a picture. */
export function sending(picture: Upload, progress: OnProgress): Step {
  return {
    name: 'Uploading the picture',
    run: async () => {
      if (!picture.sent) {
        await upload(picture.key, picture.file, progress);
        picture.sent = true;
      }
    },
  };
}

/** Makes a call that names an upload. When the call finds fault with it, perhaps that a day is over, the next try sends it again. */
export async function naming<T>(picture: Upload | undefined, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    const fault = faultOf(thrown);
    if (picture && fault.kind === 'BadRequest') {
      picture.sent = false;
    }
    throw fault;
  }
}
