import Link from 'next/link';
import { slots } from '@/lib/picture';
import { formatPrice } from '@/lib/price';
import type { Product } from '@/lib/products';
import { Picture } from '../ui/Picture';

type Props = { product: Product; eager: boolean };

/** A product in the store: one link with its picture, name and price. */
export function ProductCard({ product, eager }: Props) {
  return (
    <li className="card">
      <Link href={`/product/?id=${encodeURIComponent(product.id)}`} prefetch={false} className="card-link">
        <Picture picture={product.picture} alt="" slot={slots.card} eager={eager} />
        <span className="card-body">
          <span className="card-title">{product.name}</span>
          <span className="price">{formatPrice(product.price, product.currency)}</span>
        </span>
      </Link>
    </li>
  );
}
