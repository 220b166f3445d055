import {
  CreateProductDocument,
  DeleteProductDocument,
  type ProductInput,
  PublishProductDocument,
  UnpublishProductDocument,
  UpdateProductDocument,
} from '@/graphql/generated';
import { present, send } from './api';
import { getProduct, type Product } from './products';
import type { Step } from './steps';
import type { OnProgress } from './storage';
import { makingIt, naming, sending, type Upload, uuidOf } from './uploads';

// What an admin does with products. Apart from what the store reads, which needs no storage client.

/** What an admin types of a product. */
export type Details = Pick<ProductInput, 'name' | 'description' | 'price' | 'currency'>;

/** Where the steps tell what happened: the product as it is now, and how much of the upload is done. */
export type Hear = { product(product: Product): void; progress: OnProgress };

/** Sends the picture, if there is one, and creates a draft with it. */
export function creating(details: Details, picture: Upload | undefined, hear: Hear): Step[] {
  const input = { ...details, ...(picture ? { imgKey: picture.key } : {}) };
  return [
    ...(picture ? [sending(picture, hear.progress)] : []),
    {
      name: picture ? makingIt : 'Creating the draft',
      run: () =>
        naming(picture, async () => hear.product(present((await send(CreateProductDocument, { input })).createProduct))),
      ...(picture ? { tookEffect: () => became(hear, uuidOf(picture), ({ isLive }) => !isLive) } : {}),
    },
  ];
}

/** Sends a new picture, if there is one, and changes the product. The backend removes the picture that it had. */
export function updating(product: Product, details: Details, picture: Upload | undefined, hear: Hear): Step[] {
  const { id, version } = product;
  const input = { ...details, ...(picture ? { imgKey: picture.key } : {}) };
  return [
    ...(picture ? [sending(picture, hear.progress)] : []),
    {
      name: picture ? makingIt : 'Saving',
      run: () =>
        naming(picture, async () =>
          hear.product(present((await send(UpdateProductDocument, { id, version, input })).updateProduct)),
        ),
      // Another picture has another folder.
      tookEffect: () =>
        became(hear, id, (now) => now.version > version && now.name === details.name && (!picture || moved(product, now))),
    },
  ];
}

/** Makes the product live; the backend copies its pictures to where everybody sees them. */
export function publishing({ id, version }: Product, hear: Hear): Step[] {
  return [
    {
      name: 'Publishing',
      run: async () => hear.product(present((await send(PublishProductDocument, { id, version })).publishProduct)),
      tookEffect: () => became(hear, id, (now) => now.isLive && now.version > version),
    },
  ];
}

/** Makes the product a draft; the backend copies its pictures back to where only admins see them. */
export function unpublishing({ id, version }: Product, hear: Hear): Step[] {
  const draft = () => became(hear, id, (now) => !now.isLive && now.version > version);
  return [
    {
      name: 'Taking it off the store',
      run: async () => {
        present((await send(UnpublishProductDocument, { id, version })).unpublishProduct);
        // Guests hear the answer too, so it does not say where the pictures are now.
        await draft();
      },
      tookEffect: draft,
    },
  ];
}

/** Deletes the product; the backend removes its pictures. */
export function deleting({ id, version }: Product): Step[] {
  return [
    {
      name: 'Deleting',
      run: async () => present((await send(DeleteProductDocument, { id, version })).deleteProduct),
      tookEffect: async () => (await getProduct(id, 'user')) === null,
    },
  ];
}

/** Reads a product, tells of it, and answers whether it is as a call wanted it. */
async function became(hear: Hear, id: string, want: (now: Product) => boolean): Promise<boolean> {
  const now = await getProduct(id, 'user');
  if (now && want(now)) {
    hear.product(now);
    return true;
  }
  return false;
}

const moved = (before: Product, now: Product) =>
  now.picture !== null && now.picture.renditions[0]?.key !== before.picture?.renditions[0]?.key;
