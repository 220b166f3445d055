'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useEffect } from 'react';
import { OnProductPublishedDocument, OnProductWithdrawnDocument } from '@/graphql/generated';
import { slots } from '@/lib/picture';
import { formatPrice } from '@/lib/price';
import { getProduct } from '@/lib/products';
import { title } from '@/lib/title';
import { useCatchUp } from '@/lib/useCatchUp';
import { useLive } from '@/lib/useLive';
import { useOne } from '@/lib/useOne';
import { useQuery } from '@/lib/useQuery';
import { FaultNotice } from '../ui/FaultNotice';
import { Loading } from '../ui/Loading';
import { Picture } from '../ui/Picture';
import { useCaller } from './useCaller';

const DraftPicture = dynamic(() => import('../ui/DraftPicture'), { ssr: false });

/** One product, by the id in the address. It goes when the product is withdrawn, and comes back with it. */
export function ProductPage() {
  const id = useQuery('id');
  const caller = useCaller();
  const { value: product, loading, fault, reload, set } = useOne(
    id && caller ? `${id} ${caller}` : undefined,
    () => getProduct(id ?? '', caller ?? 'guest'),
  );

  useLive(OnProductPublishedDocument, {}, caller, ({ onProductPublished: event }) => {
    if (event?.id === id) {
      set(event);
    }
  });
  useLive(OnProductWithdrawnDocument, {}, caller, ({ onProductWithdrawn: event }) => {
    if (event?.id === id) {
      set(null);
    }
  });
  useCatchUp(reload);
  useEffect(() => {
    if (product) {
      document.title = `${product.name} · ${title}`;
    }
  }, [product]);

  if (fault) {
    return <FaultNotice fault={fault} onRetry={reload} />;
  }
  if (loading && id) {
    return <Loading what="Loading the product" />;
  }
  if (!product) {
    return (
      <div className="empty">
        <h1>Not in the store</h1>
        <p>This product was sold out, withdrawn, or never here.</p>
        <Link className="button" href="/" prefetch={false}>
          To the store
        </Link>
      </div>
    );
  }
  return (
    <article className="product">
      <p className="crumb">
        <Link href="/" prefetch={false}>
          <span aria-hidden="true">← </span>Store
        </Link>
      </p>
      {product.isLive || !product.picture ? (
        <Picture picture={product.picture} alt={product.name} slot={slots.product} eager />
      ) : (
        <DraftPicture picture={product.picture} alt={product.name} slot={slots.product} />
      )}
      <div className="product-text">
        <h1>{product.name}</h1>
        <p className="price price-large">{formatPrice(product.price, product.currency)}</p>
        {!product.isLive && <p className="badge">Draft: only admins see this</p>}
        {product.description ? (
          <p className="prose">{product.description}</p>
        ) : (
          <p className="muted">There is no description.</p>
        )}
      </div>
    </article>
  );
}
