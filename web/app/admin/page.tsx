import type { Metadata } from 'next';
import { AdminPage } from '@/components/admin/AdminPage';

export const metadata: Metadata = { title: 'Admin' };

export default function Page() {
  return (
    <>
      <div className="page-head">
        <h1>Admin</h1>
        <p className="muted">The catalogue: drafts are seen by admins, live products by everybody.</p>
      </div>
      <AdminPage />
    </>
  );
}
