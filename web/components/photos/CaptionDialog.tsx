'use client';

import { type FormEvent, useState } from 'react';
import { changed, getPhoto, maxCaption, type Photo, writeCaption } from '@/lib/photos';
import { faultOf } from '@/lib/faults';
import { useAct } from '@/lib/useAct';
import { Dialog } from '../ui/Dialog';
import { FaultNotice } from '../ui/FaultNotice';
import { TextArea } from '../ui/TextArea';

type Props = {
  photo: Photo;
  change: (id: string, change: (photo: Photo) => Photo) => void;
  onClose: () => void;
};

/** Changes a caption. When it was changed elsewhere meanwhile, the newest one is read, so that the next try can succeed. */
export function CaptionDialog({ photo, change, onClose }: Props) {
  const [caption, setCaption] = useState(photo.caption ?? '');
  const save = useAct(async () => {
    try {
      const answer = await writeCaption(photo, caption.trim());
      change(photo.id, changed(answer));
    } catch (thrown) {
      const newest = faultOf(thrown).kind === 'Conflict' ? await getPhoto(photo.id) : null;
      if (newest) {
        change(photo.id, () => newest);
      }
      throw thrown;
    }
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await save.run()) {
      onClose();
    }
  };
  return (
    <Dialog title="Caption" onClose={onClose} busy={save.busy}>
      <form onSubmit={submit}>
        <div className="dialog-body">
          <TextArea
            label="Caption"
            value={caption}
            maxLength={maxCaption}
            rows={5}
            data-first
            onChange={(event) => setCaption(event.target.value)}
          />
          {save.fault && <FaultNotice fault={save.fault} />}
          {save.fault?.kind === 'Conflict' && <p className="small">Newest caption: {photo.caption ?? 'none'}</p>}
        </div>
        <div className="dialog-foot">
          <button type="button" className="button button-quiet" onClick={onClose} disabled={save.busy}>
            Cancel
          </button>
          <button className="button" disabled={save.busy}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
