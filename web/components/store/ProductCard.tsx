import Link from 'next/link';
import { cdnURL } from '@/lib/keys';
import { formatPrice } from '@/lib/price';
import type { Product } from '@/lib/products';
import { Picture } from '../ui/Picture';

type Props = { product: Product; cdn: string; eager: boolean };

/** A product in the store: one link with its picture, name and price. */
export function ProductCard({ product, cdn, eager }: Props) {
  return (
    <li className="card">
      <Link href={`/product/?id=${encodeURIComponent(product.id)}`} prefetch={false} className="card-link">
        <Picture src={cdnURL(cdn, product.imgKey)} alt="" eager={eager} />
        <span className="card-body">
          <span className="card-title">{product.name}</span>
          <span className="price">{formatPrice(product.price, product.currency)}</span>
        </span>
      </Link>
    </li>
  );
}
