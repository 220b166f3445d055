'use client';

import '@aws-amplify/ui-react/styles.layer.css';
import '@/styles/amplify.css';
import { FileUploader } from '@aws-amplify/ui-react-storage';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { type Area, fileLimits, fileTypes, folder, maxFileBytes, maxFiles, storedName, takes } from '@/lib/files';
import { sizeOf, type Stored } from '@/lib/storage';
import { makeThumbnail } from '@/lib/thumbnails';
import { Notice } from '../ui/Notice';

const paths = {
  private: ({ identityId = '' }) => folder('private', identityId),
  protected: ({ identityId = '' }) => folder('protected', identityId),
};

// FileUploader can ask twice for the key of a file that waits: it must get the same one.
const names = new WeakMap<File, string>();
// And it says the key of what it has sent, not which file that was.
const sent = new Map<string, File>();

function nameAnew({ file }: { file: File }) {
  const key = names.get(file) ?? storedName(file.name);
  names.set(file, key);
  sent.set(key, file);
  return { file, key };
}

/** Leaves only files in a field that the page takes; answers the names of the others. */
function sift(field: HTMLInputElement): string[] {
  const chosen = [...(field.files ?? [])];
  const kept = new DataTransfer();
  chosen.filter(takes).forEach((file) => kept.items.add(file));
  field.files = kept.files;
  return chosen.filter((file) => !takes(file)).map(({ name }) => name);
}

/** Amplify's uploader: several files at once, by dropping them or from a list, each with progress, pause and cancel. */
export default function Uploader({ area, onUploaded }: { area: Area; onUploaded: (file: Stored) => void }) {
  const [failed, setFailed] = useState<string[]>([]);
  const [refused, setRefused] = useState<string[]>([]);
  const latest = useRef(onUploaded);
  useEffect(() => {
    latest.current = onUploaded;
  });
  // FileUploader uploads what waits again whenever one of these is another function.
  const succeeded = useCallback(async ({ key }: { key?: string }) => {
    if (key) {
      const name = key.slice(key.lastIndexOf('/') + 1);
      const file = sent.get(name);
      sent.delete(name);
      // Without one the file is there all the same.
      await (file && makeThumbnail(key, file).catch(() => undefined));
      latest.current({ path: key, size: await sizeOf(key), modified: new Date() });
    }
  }, []);
  // Its input has no label of its own.
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.querySelector('input[type=file]')?.setAttribute('aria-label', 'Files to upload');
  }, []);
  const fail = useCallback((_: string, { key }: { key: string }) => setFailed((before) => [...before, key]), []);
  // FileUploader uploads what is chosen of all files, whatever its type, and leaves out what is dropped without a word.
  return (
    <div
      className="uploader"
      ref={place}
      onChangeCapture={(event: FormEvent) => event.target instanceof HTMLInputElement && setRefused(sift(event.target))}
      onDropCapture={({ dataTransfer }) =>
        setRefused([...dataTransfer.files].filter((file) => !takes(file)).map(({ name }) => name))
      }
    >
      <p className="small muted" id="file-limits">
        {fileLimits} Uploads above 5 MB can be paused and resumed.
      </p>
      <FileUploader
        path={paths[area]}
        acceptedFileTypes={fileTypes}
        maxFileCount={maxFiles}
        maxFileSize={maxFileBytes}
        isResumable
        processFile={nameAnew}
        onUploadSuccess={succeeded}
        onUploadError={fail}
      />
      {refused.length > 0 && <Notice kind="error">Not uploaded, because of its type: {refused.join(', ')}.</Notice>}
      {failed.length > 0 && (
        <Notice kind="error">
          {failed.length === 1 ? 'One file was not uploaded.' : `${failed.length} files were not uploaded.`} Remove it
          from the list above and try again.
        </Notice>
      )}
    </div>
  );
}
