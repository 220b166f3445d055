import { GetProductDocument, ListDraftsDocument, ListProductsDocument, type ProductFieldsFragment } from '@/graphql/generated';
import { type Caller, send } from './api';

export type Product = ProductFieldsFragment;

/** How many products a page of the store has. */
export const pageSize = 24;

export async function getProduct(id: string, caller: Caller): Promise<Product | null> {
  return (await send(GetProductDocument, { id }, caller)).getProduct;
}

export async function listProducts(caller: Caller, nextToken: string | null) {
  return (await send(ListProductsDocument, { limit: pageSize, nextToken }, caller)).listProducts;
}

export async function listDrafts(nextToken: string | null) {
  return (await send(ListDraftsDocument, { limit: pageSize, nextToken })).listDrafts;
}
