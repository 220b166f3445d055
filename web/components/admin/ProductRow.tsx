'use client';

import { useState } from 'react';
import { deleting, publishing, unpublishing } from '@/lib/catalogue';
import { slots } from '@/lib/picture';
import { formatPrice } from '@/lib/price';
import { getProduct, type Product } from '@/lib/products';
import type { Step } from '@/lib/steps';
import { useSteps } from '@/lib/useSteps';
import { Confirm } from '../ui/Confirm';
import DraftPicture from '../ui/DraftPicture';
import { FaultNotice } from '../ui/FaultNotice';
import { Picture } from '../ui/Picture';
import { Progress } from '../ui/Progress';
import { ProductDialog } from './ProductDialog';

type Props = { product: Product; sub: string; put: (product: Product) => void; drop: (id: string) => void };

/** A product as an admin sees it, and what can be done with it. */
export function ProductRow({ product, sub, put, drop }: Props) {
  const [asked, setAsked] = useState<'edit' | 'delete'>();
  const steps = useSteps();
  const hear = { product: put, progress: () => undefined };

  const run = async (made: Step[]) => {
    const done = await steps.run(made);
    if (!done) {
      // It may be that somebody else was faster: show what is there now, so that the next try can succeed.
      const now = await getProduct(product.id, 'user').catch(() => product);
      if (now) {
        put(now);
      } else {
        drop(product.id);
      }
    }
    return done;
  };
  const remove = async () => {
    if (await run(deleting(product))) {
      drop(product.id);
    }
  };
  return (
    <li className="row">
      <span className="row-picture">
        {product.isLive || !product.picture ? (
          <Picture picture={product.picture} alt="" slot={slots.row} />
        ) : (
          <DraftPicture picture={product.picture} alt="" slot={slots.row} />
        )}
      </span>
      <div className="row-text">
        <span className="row-name">{product.name}</span>
        <span className="price">{formatPrice(product.price, product.currency)}</span>
        <span className={product.isLive ? 'badge badge-live' : 'badge'}>{product.isLive ? 'Live' : 'Draft'}</span>
      </div>
      <div className="actions">
        <button
          type="button"
          className="button button-quiet button-small"
          aria-label={`Edit ${product.name}`}
          disabled={steps.busy}
          onClick={() => setAsked('edit')}
        >
          Edit
        </button>
        {product.isLive && (
          <button
            type="button"
            className="button button-quiet button-small"
            aria-label={`Unpublish ${product.name}`}
            disabled={steps.busy}
            onClick={() => void run(unpublishing(product, hear))}
          >
            Unpublish
          </button>
        )}
        {!product.isLive && product.picture && (
          <button
            type="button"
            className="button button-small"
            aria-label={`Publish ${product.name}`}
            disabled={steps.busy}
            onClick={() => void run(publishing(product, hear))}
          >
            Publish
          </button>
        )}
        {!product.isLive && !product.picture && <span className="small muted">Add a picture to publish</span>}
        <button
          type="button"
          className="link-button link-danger"
          aria-label={`Delete ${product.name}`}
          disabled={steps.busy}
          onClick={() => setAsked('delete')}
        >
          Delete
        </button>
      </div>
      {asked !== 'delete' && (steps.standing || steps.fault) && (
        <div className="row-state">
          {steps.standing && <Progress standing={steps.standing} />}
          {steps.fault && <FaultNotice fault={steps.fault} />}
        </div>
      )}
      {asked === 'edit' && <ProductDialog product={product} sub={sub} put={put} onClose={() => setAsked(undefined)} />}
      {asked === 'delete' && (
        <Confirm
          title={`Delete ${product.name}?`}
          verb="Delete"
          busy={steps.busy}
          fault={steps.fault}
          onConfirm={() => void remove()}
          onClose={() => setAsked(undefined)}
        >
          <p>
            {product.isLive ? 'It leaves the store at once. ' : ''}
            The product and its picture go for good.
          </p>
        </Confirm>
      )}
    </li>
  );
}
