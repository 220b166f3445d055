'use client';

import { nameOf } from '@/lib/files';
import { Dialog } from '../ui/Dialog';
import { SignedPicture } from './SignedPicture';

/** A picture of one's own, large. */
export function Preview({ path, onClose }: { path: string; onClose: () => void }) {
  return (
    <Dialog title={nameOf(path)} onClose={onClose} wide>
      <div className="dialog-body">
        <SignedPicture path={path} />
      </div>
    </Dialog>
  );
}
