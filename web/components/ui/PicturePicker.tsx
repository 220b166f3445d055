'use client';

import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { faultOf } from '@/lib/faults';
import { pictureAccept, pictureFault, pictureLimits } from '@/lib/keys';
import { bareFile, type BarePicture } from '@/lib/picture/bare';

type Props = {
  label: string;
  picture: BarePicture | undefined;
  onPick: (picture: BarePicture | undefined) => void;
  /** What is there now, when the picture replaces another. */
  current?: string | undefined;
  disabled?: boolean;
};

/**
 * Chooses a picture, from a list of files or by dropping one, and shows it before it is sent: without what it says of the
 * place, the time and the camera.
 */
export function PicturePicker({ label, picture, onPick, current, disabled = false }: Props) {
  const id = useId();
  const [fault, setFault] = useState<string>();
  const [over, setOver] = useState(false);
  const preview = usePreview(picture) ?? current;

  // Of several that were chosen one after another, the last counts.
  const latest = useRef<File>(undefined);
  const pick = async (file: File | undefined) => {
    if (!file || disabled) {
      return;
    }
    latest.current = file;
    let [bare, wrong] = [undefined as BarePicture | undefined, pictureFault(file)];
    if (!wrong) {
      try {
        bare = await bareFile(file);
      } catch (thrown) {
        wrong = faultOf(thrown).message;
      }
    }
    if (latest.current === file) {
      setFault(wrong);
      onPick(bare);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void pick(event.dataTransfer.files[0]);
  };
  return (
    <div className="field">
      <span className="label" id={`${id}-label`}>
        {label}
      </span>
      <label
        className={over ? 'picker picker-over' : 'picker'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <input
          type="file"
          className="visually-hidden"
          accept={pictureAccept}
          disabled={disabled}
          aria-labelledby={`${id}-label`}
          aria-describedby={`${id}-about`}
          aria-invalid={fault ? true : undefined}
          onChange={(event) => {
            void pick(event.target.files?.[0]);
            // So that the same file can be chosen again.
            event.target.value = '';
          }}
        />
        {preview ? <img className="picker-preview" src={preview} alt="" /> : <span>Choose a picture, or drop it here</span>}
        {preview && <span className="button button-quiet button-small">Another picture</span>}
      </label>
      <div id={`${id}-about`} className={fault ? 'field-fault' : 'small muted'} role={fault ? 'alert' : undefined}>
        {fault ?? `${pictureLimits}. Where and when it was taken is left out.`}
        {picture && !fault && <> Chosen: {picture.name}</>}
      </div>
    </div>
  );
}

function usePreview(file: File | undefined): string | undefined {
  const [url, setURL] = useState<string>();
  useEffect(() => {
    if (!file) {
      setURL(undefined);
      return;
    }
    const made = URL.createObjectURL(file);
    setURL(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
