'use client';

import { useState } from 'react';
import { OnProductPublishedDocument, OnProductWithdrawnDocument } from '@/graphql/generated';
import { newestFirst } from '@/lib/pages';
import { getProduct, listDrafts, listProducts, type Product } from '@/lib/products';
import { useCatchUp } from '@/lib/useCatchUp';
import { useLive } from '@/lib/useLive';
import { usePages } from '@/lib/usePages';
import { Loading } from '../ui/Loading';
import { More } from '../ui/More';
import { Tabs } from '../ui/Tabs';
import { ProductDialog } from './ProductDialog';
import { ProductRow } from './ProductRow';

type Shelf = 'drafts' | 'live';

const shelves: { key: Shelf; name: string }[] = [
  { key: 'drafts', name: 'Drafts' },
  { key: 'live', name: 'Live' },
];

/** Drafts and live products, each with what can be done with it, kept right while others work on them as well. */
export function Catalogue({ sub }: { sub: string }) {
  const [shelf, setShelf] = useState<Shelf>('drafts');
  const [writing, setWriting] = useState(false);
  const drafts = usePages<Product>('drafts', newestFirst, listDrafts);
  const live = usePages<Product>('live', newestFirst, (token) => listProducts('user', token));
  const shown = shelf === 'drafts' ? drafts : live;
  useCatchUp(() => {
    drafts.reload();
    live.reload();
  });

  // A product stands on one shelf, whatever made it move.
  const put = (product: Product) => {
    const [to, from] = product.isLive ? [live, drafts] : [drafts, live];
    from.drop(product.id);
    to.put(product);
  };
  const drop = (id: string) => {
    drafts.drop(id);
    live.drop(id);
  };
  useLive(OnProductPublishedDocument, {}, 'user', ({ onProductPublished: product }) => product && put(product));
  useLive(OnProductWithdrawnDocument, {}, 'user', ({ onProductWithdrawn: withdrawal }) => {
    if (withdrawal) {
      live.drop(withdrawal.id);
      // It is a draft again or gone: the event, which guests receive too, does not say.
      void getProduct(withdrawal.id, 'user').then(
        (product) => product && put(product),
        () => undefined,
      );
    }
  });

  return (
    <>
      <div className="catalogue-head">
        <button type="button" className="button" onClick={() => setWriting(true)}>
          New product
        </button>
      </div>
      <Tabs label="Which products" tabs={shelves} shown={shelf} onShow={setShelf}>
        {shown.loading && <Loading what="Loading products" />}
        {shown.items.length > 0 && (
          <ul className="panel rows">
            {shown.items.map((product) => (
              <ProductRow key={product.id} product={product} sub={sub} put={put} drop={drop} />
            ))}
          </ul>
        )}
        {!shown.loading && !shown.fault && shown.items.length === 0 && (
          <div className="empty">
            <h2>{shelf === 'drafts' ? 'No drafts' : 'Nothing is live'}</h2>
            <p>
              {shelf === 'drafts'
                ? 'A new product is a draft until you publish it.'
                : 'Publish a draft, and everybody sees it in the store.'}
            </p>
          </div>
        )}
        <More pages={shown} what="products" />
      </Tabs>
      {writing && (
        <ProductDialog
          product={undefined}
          sub={sub}
          put={(product) => {
            put(product);
            setShelf('drafts');
          }}
          onClose={() => setWriting(false)}
        />
      )}
    </>
  );
}
