'use client';

import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { faultOf } from '@/lib/faults';
import { pictureAccept, pictureLimits, sourceOf } from '@/lib/sources';

type Props = {
  label: string;
  picture: File | undefined;
  onPick: (picture: File | undefined) => void;
  /** Hears while another one is opened, when nothing is to be sent: what was picked before is chosen no more. */
  onOpening: (opening: boolean) => void;
  disabled?: boolean;
};

/**
 * Chooses a picture, from a list of files or by dropping one, and shows it before it is sent. What the backend would refuse by
 * its first bytes is refused here, in the same words; what only this browser opens is made a JPEG.
 */
export function PicturePicker({ label, picture, onPick, onOpening, disabled = false }: Props) {
  const id = useId();
  const [fault, setFault] = useState<string>();
  const [opening, setOpening] = useState(false);
  const [over, setOver] = useState(false);
  const preview = usePreview(picture);

  // Of several that were chosen one after another, the last counts.
  const latest = useRef<File>(undefined);
  const pick = async (file: File | undefined) => {
    if (!file || disabled) {
      return;
    }
    latest.current = file;
    setOpening(true);
    onOpening(true);
    let [source, wrong] = [undefined as File | undefined, undefined as string | undefined];
    try {
      source = await sourceOf(file);
    } catch (thrown) {
      wrong = faultOf(thrown).message;
    }
    if (latest.current === file) {
      setOpening(false);
      onOpening(false);
      setFault(wrong);
      onPick(source);
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
      <div id={`${id}-about`} className={fault && !opening ? 'field-fault' : 'small muted'} role={opening ? 'status' : fault ? 'alert' : undefined}>
        {opening ? 'Opening the picture…' : (fault ?? `${pictureLimits}. Nobody sees where and when it was taken.`)}
        {picture && !fault && !opening && <> Chosen: {picture.name}</>}
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
