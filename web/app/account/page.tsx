import type { Metadata } from 'next';
import { Suspense } from 'react';
import { Account } from '@/components/account/Account';
import { Loading } from '@/components/ui/Loading';

export const metadata: Metadata = { title: 'Account' };

export default function Page() {
  return (
    <>
      <div className="page-head">
        <h1>Account</h1>
      </div>
      <Suspense fallback={<Loading />}>
        <Account />
      </Suspense>
    </>
  );
}
