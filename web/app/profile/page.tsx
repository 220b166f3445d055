import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ProfilePage } from '@/components/photos/ProfilePage';
import { Loading } from '@/components/ui/Loading';

export const metadata: Metadata = { title: 'Profile' };

export default function Page() {
  return (
    <Suspense fallback={<Loading />}>
      <ProfilePage />
    </Suspense>
  );
}
