import type { Metadata } from 'next';
import { Suspense } from 'react';
import { PhotoPage } from '@/components/photos/PhotoPage';
import { Loading } from '@/components/ui/Loading';

export const metadata: Metadata = { title: 'Photo' };

export default function Page() {
  return (
    <>
      <h1 className="visually-hidden">Photo</h1>
      <Suspense fallback={<Loading />}>
        <PhotoPage />
      </Suspense>
    </>
  );
}
