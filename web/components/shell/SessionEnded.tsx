'use client';

import dynamic from 'next/dynamic';
import { Dialog } from '../ui/Dialog';
import { Loading } from '../ui/Loading';

const SignIn = dynamic(() => import('../account/SignIn'), { ssr: false, loading: () => <Loading /> });

/** Signs somebody in again over the page where their session ended, which stays with what was typed. Closing it leaves. */
export function SessionEnded({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Your session has ended" onClose={onClose}>
      <div className="dialog-body">
        <p>Sign in again to go on where you were. What you typed is still there.</p>
        <SignIn again />
      </div>
    </Dialog>
  );
}
