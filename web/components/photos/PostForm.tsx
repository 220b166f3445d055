'use client';

import { type FormEvent, useState } from 'react';
import { maxCaption, type Photo, posting } from '@/lib/photos';
import { newUpload, type Upload } from '@/lib/uploads';
import { useSteps } from '@/lib/useSteps';
import { FaultNotice } from '../ui/FaultNotice';
import { Notice } from '../ui/Notice';
import { PicturePicker } from '../ui/PicturePicker';
import { Progress } from '../ui/Progress';
import { TextArea } from '../ui/TextArea';

/** Posts a photo: a picture and a caption. */
export function PostForm({ sub, onPosted }: { sub: string; onPosted: (photo: Photo) => void }) {
  const [picture, setPicture] = useState<Upload>();
  const [opening, setOpening] = useState(false);
  const [caption, setCaption] = useState('');
  const [share, setShare] = useState<number>();
  const [done, setDone] = useState(false);
  const steps = useSteps();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!picture || opening) {
      return;
    }
    setDone(false);
    const made = posting(sub, picture, caption.trim(), { photo: onPosted, progress: setShare });
    if (await steps.run(made)) {
      setPicture(undefined);
      setCaption('');
      setDone(true);
    }
    setShare(undefined);
  };
  return (
    <form className="panel" aria-labelledby="post" onSubmit={submit}>
      <h2 id="post">Post a photo</h2>
      <PicturePicker
        label="Picture"
        picture={picture?.file}
        onPick={(file) => {
          setPicture(file && newUpload(sub, file));
          setDone(false);
        }}
        onOpening={setOpening}
        disabled={steps.busy}
      />
      {picture && (
        <TextArea
          label="Caption"
          value={caption}
          maxLength={maxCaption}
          rows={3}
          disabled={steps.busy}
          onChange={(event) => setCaption(event.target.value)}
        />
      )}
      {steps.standing && <Progress standing={steps.standing} share={share} />}
      {steps.fault && <FaultNotice fault={steps.fault} />}
      {done && <Notice kind="success">Your photo is posted.</Notice>}
      {picture && (
        <div className="actions">
          <button className="button" disabled={steps.busy || opening}>
            {steps.busy ? 'Posting…' : 'Post'}
          </button>
          <button
            type="button"
            className="button button-quiet"
            disabled={steps.busy}
            onClick={() => {
              setPicture(undefined);
              setCaption('');
              steps.forget();
            }}
          >
            Cancel
          </button>
        </div>
      )}
    </form>
  );
}
