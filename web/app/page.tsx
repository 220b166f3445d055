import { Store } from '@/components/store/Store';

export default function Page() {
  return (
    <>
      <div className="page-head">
        <h1>Store</h1>
        <p className="muted">Everything that can be had, newest first.</p>
      </div>
      <Store />
    </>
  );
}
