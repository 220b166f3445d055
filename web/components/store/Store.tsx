'use client';

import Link from 'next/link';
import { useState } from 'react';
import { OnProductPublishedDocument, OnProductWithdrawnDocument } from '@/graphql/generated';
import { newestFirst } from '@/lib/pages';
import { listProducts } from '@/lib/products';
import { useCatchUp } from '@/lib/useCatchUp';
import { useLive } from '@/lib/useLive';
import { usePages } from '@/lib/usePages';
import { useBackend } from '../shell/Backend';
import { More } from '../ui/More';
import { ProductCard } from './ProductCard';
import { useCaller } from './useCaller';

/** The live products, for guests and users alike, kept right while the page is open. */
export function Store() {
  const { session } = useBackend();
  const caller = useCaller();
  const [news, setNews] = useState('');
  const products = usePages(caller && 'products', newestFirst, (token) => listProducts(caller ?? 'guest', token));
  const { put, drop } = products;
  useCatchUp(products.reload);

  useLive(OnProductPublishedDocument, {}, caller, ({ onProductPublished: product }) => {
    if (product) {
      put(product);
      setNews(`New in the store: ${product.name}`);
    }
  });
  useLive(OnProductWithdrawnDocument, {}, caller, ({ onProductWithdrawn: withdrawal }) => {
    if (withdrawal) {
      drop(withdrawal.id);
    }
  });

  return (
    <>
      <p className="visually-hidden" role="status">
        {news}
      </p>
      {products.loading && <Placeholders />}
      {!products.loading && products.items.length > 0 && (
        <ul className="cards">
          {products.items.map((product, index) => (
            <ProductCard key={product.id} product={product} eager={index === 0} />
          ))}
        </ul>
      )}
      {!products.loading && products.items.length === 0 && !products.fault && (
        <div className="empty">
          <h2>Nothing here yet</h2>
          <p>When a product is published, it shows up here by itself.</p>
          {session.status === 'user' && session.user.admin && (
            <Link className="button" href="/admin/" prefetch={false}>
              Add the first product
            </Link>
          )}
        </div>
      )}
      <More pages={products} what="products" />
    </>
  );
}

function Placeholders() {
  return (
    <ul className="cards" aria-label="Loading products" aria-busy="true">
      {Array.from({ length: 8 }, (_, index) => (
        <li key={index} className="card card-placeholder">
          <span className="picture picture-fit skeleton" />
          <span className="card-body">
            <span className="skeleton skeleton-line" />
            <span className="skeleton skeleton-line skeleton-short" />
          </span>
        </li>
      ))}
    </ul>
  );
}
