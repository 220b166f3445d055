import {
  CreateProductDocument,
  DeleteProductDocument,
  type ProductInput,
  PublishProductDocument,
  UnpublishProductDocument,
  UpdateProductDocument,
} from '@/graphql/generated';
import { present, send } from './api';
import { copyKey, draftArea, newPictureKey, productArea } from './keys';
import type { BarePicture } from './picture/bare';
import { getProduct, type Product } from './products';
import type { Step } from './steps';
import { copyObject, type OnProgress, removeObject, upload } from './storage';

// What an admin does with products. Apart from what the store reads, which needs no storage client.

/** What an admin types of a product. */
export type Details = Pick<ProductInput, 'name' | 'description' | 'price' | 'currency'>;

/** Uploads the picture, if there is one, and creates a draft; the picture is removed again when that fails. */
export function creating(details: Details, picture: BarePicture | undefined, hear: Hear): Step[] {
  const imgKey = picture && newPictureKey(draftArea, picture.type);
  return [
    ...uploading(picture, imgKey, hear.progress),
    {
      name: 'Creating the draft',
      commits: true,
      run: async () =>
        hear.product(present((await send(CreateProductDocument, { input: { ...details, imgKey } })).createProduct)),
    },
  ];
}

/** Uploads a new picture, if there is one, changes the product, and removes the picture that it had. */
export function updating(product: Product, details: Details, picture: BarePicture | undefined, hear: Hear): Step[] {
  const { id, version } = product;
  const imgKey = picture && newPictureKey(product.isLive ? productArea : draftArea, picture.type);
  const old = picture ? product.imgKey : null;
  return [
    ...uploading(picture, imgKey, hear.progress),
    {
      name: 'Saving',
      commits: true,
      run: async () => {
        const input = { ...details, ...(imgKey ? { imgKey } : {}) };
        hear.product(present((await send(UpdateProductDocument, { id, version, input })).updateProduct));
      },
      tookEffect: async () => {
        const now = await getProduct(id, 'user');
        return now !== null && now.version > version && (!imgKey || now.imgKey === imgKey) && now.name === details.name;
      },
    },
    ...removing(old, 'Removing the old picture'),
  ];
}

/** Copies the picture to where everybody can see it, makes the product live, and removes the draft's picture. */
export function publishing(product: Product, hear: Hear): Step[] {
  const { id, version, imgKey: draft } = product;
  if (!draft) {
    throw new Error('a product without a picture cannot be published');
  }
  const imgKey = copyKey(productArea, draft);
  return [
    copying(draft, imgKey),
    {
      name: 'Publishing',
      commits: true,
      run: async () =>
        hear.product(present((await send(PublishProductDocument, { id, version, imgKey })).publishProduct)),
      tookEffect: async () => (await getProduct(id, 'user'))?.imgKey === imgKey,
    },
    ...removing(draft, 'Removing the picture of the draft'),
  ];
}

/** Copies the picture back to where only admins can see it, makes the product a draft, and removes the public picture. */
export function unpublishing(product: Product, hear: Hear): Step[] {
  const { id, version, imgKey: open } = product;
  if (!open) {
    throw new Error('a live product has a picture');
  }
  const imgKey = copyKey(draftArea, open);
  return [
    copying(open, imgKey),
    {
      name: 'Taking it off the store',
      commits: true,
      run: async () => {
        present((await send(UnpublishProductDocument, { id, version, imgKey })).unpublishProduct);
        hear.product({ ...product, isLive: false, imgKey, version: version + 1 });
      },
      tookEffect: async () => (await getProduct(id, 'user'))?.imgKey === imgKey,
    },
    ...removing(open, 'Removing the public picture'),
  ];
}

/** Deletes the product, then its picture. */
export function deleting(product: Product): Step[] {
  const { id, version } = product;
  return [
    {
      name: 'Deleting',
      commits: true,
      run: async () => present((await send(DeleteProductDocument, { id, version })).deleteProduct),
      tookEffect: async () => (await getProduct(id, 'user')) === null,
    },
    ...removing(product.imgKey, 'Deleting the picture'),
  ];
}

/** Where the steps tell what happened: the product as it is now, and how much of the upload is done. */
export type Hear = { product(product: Product): void; progress: OnProgress };

function uploading(picture: BarePicture | undefined, key: string | undefined, progress: OnProgress): Step[] {
  if (!picture || !key) {
    return [];
  }
  return [
    { name: 'Uploading the picture', run: () => upload(key, picture, progress), undo: () => removeObject(key) },
  ];
}

function copying(from: string, to: string): Step {
  return { name: 'Copying the picture', run: () => copyObject(from, to), undo: () => removeObject(to) };
}

function removing(key: string | null, name: string): Step[] {
  return key ? [{ name, run: () => removeObject(key) }] : [];
}
