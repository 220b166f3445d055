'use client';

import { useState } from 'react';
import { type Area, formatSize, isPicture, nameOf } from '@/lib/files';
import type { Stored } from '@/lib/storage';
import { removeFile } from '@/lib/thumbnails';
import { useAct } from '@/lib/useAct';
import { Confirm } from '../ui/Confirm';
import { When } from '../ui/When';
import { FileActions } from './FileActions';
import { Preview } from './Preview';
import { Thumbnail } from './Thumbnail';

type Props = { file: Stored; area: Area; onDeleted: () => void };

/** A file of one's own: what it is, and what one can do with it. */
export function FileRow({ file, area, onDeleted }: Props) {
  const [asked, setAsked] = useState<'preview' | 'delete'>();
  const name = nameOf(file.path);
  const remove = useAct(() => removeFile(file.path));
  const confirm = async () => {
    if (await remove.run()) {
      setAsked(undefined);
      onDeleted();
    }
  };
  return (
    <li className="file">
      <Thumbnail path={file.path} />
      <div className="file-text">
        <span className="file-name">{name}</span>
        <span className="small muted">
          {formatSize(file.size)}
          {file.modified && (
            <>
              {' · '}
              <When at={file.modified} />
            </>
          )}
        </span>
      </div>
      <div className="file-actions">
        {isPicture(file.path) && (
          <button type="button" className="link-button" onClick={() => setAsked('preview')}>
            Preview
          </button>
        )}
        <FileActions path={file.path} area={area} />
        <button type="button" className="link-button link-danger" onClick={() => setAsked('delete')}>
          Delete
        </button>
      </div>
      {asked === 'preview' && <Preview path={file.path} onClose={() => setAsked(undefined)} />}
      {asked === 'delete' && (
        <Confirm
          title="Delete this file?"
          verb="Delete"
          busy={remove.busy}
          fault={remove.fault}
          onConfirm={() => void confirm()}
          onClose={() => setAsked(undefined)}
        >
          <p>{name} goes for good, and links to it stop working.</p>
        </Confirm>
      )}
    </li>
  );
}
