'use client';

import { cdnURL } from '@/lib/keys';
import type { Product } from '@/lib/products';
import { useSigned } from '@/lib/useSigned';
import { useBackend } from '../shell/Backend';
import { Picture } from '../ui/Picture';

/** A product's picture: by the CDN when it is live; a draft's is not public and needs a link that ends. */
export function ProductPicture({ product }: { product: Product }) {
  const { outputs } = useBackend();
  return (
    <span className="row-picture">
      {product.imgKey && !product.isLive ? (
        <DraftPicture path={product.imgKey} />
      ) : (
        <Picture src={cdnURL(outputs?.cdn ?? '', product.imgKey)} alt="" />
      )}
    </span>
  );
}

function DraftPicture({ path }: { path: string }) {
  return <Picture src={useSigned(path).signed?.url} alt="" />;
}
