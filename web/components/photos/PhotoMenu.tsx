'use client';

import { useState } from 'react';
import { deleting, type Photo } from '@/lib/photos';
import type { User } from '@/lib/session';
import { useSteps } from '@/lib/useSteps';
import { Confirm } from '../ui/Confirm';
import { CopyButton } from '../ui/CopyButton';
import { CaptionDialog } from './CaptionDialog';

type Props = {
  photo: Photo;
  user: User;
  change: (id: string, change: (photo: Photo) => Photo) => void;
  drop: (id: string) => void;
};

/** What one can do with a photo besides liking it: everybody shares, its owner changes the caption, owner and admins delete. */
export function PhotoMenu({ photo, user, change, drop }: Props) {
  const [asked, setAsked] = useState<'caption' | 'delete'>();
  const steps = useSteps();
  const own = photo.owner === user.sub;
  const remove = async () => {
    if (await steps.run(deleting(photo))) {
      setAsked(undefined);
      drop(photo.id);
    }
  };
  return (
    <div className="photo-menu">
      <CopyButton
        label="Copy link"
        className="link-button"
        text={() => `${window.location.origin}/photo/?id=${encodeURIComponent(photo.id)}`}
      />
      {own && (
        <button type="button" className="link-button" onClick={() => setAsked('caption')}>
          Edit caption
        </button>
      )}
      {(own || user.admin) && (
        <button type="button" className="link-button link-danger" onClick={() => setAsked('delete')}>
          Delete
        </button>
      )}
      {asked === 'caption' && <CaptionDialog photo={photo} change={change} onClose={() => setAsked(undefined)} />}
      {asked === 'delete' && (
        <Confirm
          title="Delete this photo?"
          verb="Delete"
          busy={steps.busy}
          fault={steps.fault}
          onConfirm={() => void remove()}
          onClose={() => setAsked(undefined)}
        >
          <p>The picture, its comments and its likes go for good. Copies that a browser or the CDN keeps can be seen until they go from there.</p>
        </Confirm>
      )}
    </div>
  );
}
