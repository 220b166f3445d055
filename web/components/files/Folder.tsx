'use client';

import dynamic from 'next/dynamic';
import { type Area, folder } from '@/lib/files';
import { latestFirst, listObjects, type Stored } from '@/lib/storage';
import { usePages } from '@/lib/usePages';
import { Loading } from '../ui/Loading';
import { More } from '../ui/More';
import { FileRow } from './FileRow';

// Amplify UI is large: it comes after the page.
const Uploader = dynamic(() => import('./Uploader'), { ssr: false, loading: () => <Loading /> });

/** A folder of one's own: a place to drop files, and what is there. */
export function Folder({ area, identityID }: { area: Area; identityID: string }) {
  const path = folder(area, identityID);
  const files = usePages<Stored>(path, latestFirst, (token) => listObjects(path, token));
  return (
    <>
      <Uploader area={area} onUploaded={files.put} />
      <section className="panel files-panel" aria-label="Your files here">
        {files.loading && <Loading what="Loading files" />}
        {files.items.length > 0 && (
          <ul className="files">
            {files.items.map((file) => (
              <FileRow key={file.path} file={file} area={area} onDeleted={() => files.drop(file.path)} />
            ))}
          </ul>
        )}
        {!files.loading && !files.fault && files.items.length === 0 && (
          <p className="muted files-none">Nothing here yet. What you upload shows up here.</p>
        )}
        <More pages={files} what="files" />
      </section>
    </>
  );
}
