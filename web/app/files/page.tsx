import type { Metadata } from 'next';
import { Suspense } from 'react';
import { FilesPage } from '@/components/files/FilesPage';
import { Loading } from '@/components/ui/Loading';

export const metadata: Metadata = { title: 'Files' };

export default function Page() {
  return (
    <>
      <div className="page-head">
        <h1>Files</h1>
      </div>
      <Suspense fallback={<Loading />}>
        <FilesPage />
      </Suspense>
    </>
  );
}
