'use client';

import { type Area, nameOf } from '@/lib/files';
import { signOne } from '@/lib/storage';
import { useAct } from '@/lib/useAct';
import { CopyButton } from '../ui/CopyButton';
import { FaultWords } from '../ui/FaultWords';

/** How long a link lives that opens a file without signing in. */
const lifetime = 15 * 60;

/** Downloads a file, or copies a link to it. */
export function FileActions({ path, area }: { path: string; area: Area }) {
  const download = useAct(async () => {
    // The answer says that it is an attachment: the page stays.
    const link = document.createElement('a');
    link.href = await signOne(path, 60, nameOf(path));
    link.rel = 'noreferrer';
    document.body.append(link);
    link.click();
    link.remove();
  });
  return (
    <>
      <button type="button" className="link-button" onClick={() => void download.run()} disabled={download.busy}>
        Download
      </button>
      {area === 'protected' && (
        <CopyButton
          label="Copy link"
          className="link-button"
          text={() => `${window.location.origin}/files/?shared=${encodeURIComponent(path)}`}
        />
      )}
      <CopyButton
        label="Copy 15-minute link"
        className="link-button"
        text={() => signOne(path, lifetime)}
      />
      {download.fault && (
        <span className="small field-fault" role="alert">
          <FaultWords fault={download.fault} />
        </span>
      )}
    </>
  );
}
