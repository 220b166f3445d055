import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ProductPage } from '@/components/store/ProductPage';
import { Loading } from '@/components/ui/Loading';

export const metadata: Metadata = { title: 'Product' };

export default function Page() {
  return (
    <Suspense fallback={<Loading />}>
      <ProductPage />
    </Suspense>
  );
}
