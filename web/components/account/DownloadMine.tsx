'use client';

import { useEffect, useRef, useState } from 'react';
import type { Missing, Written } from '@/lib/archive';
import { formatSize } from '@/lib/files';
import { choosePlace, writesAsItComes } from '@/lib/save';
import type { User } from '@/lib/session';
import { useAct } from '@/lib/useAct';
import { FaultNotice } from '../ui/FaultNotice';
import { Notice } from '../ui/Notice';

type Outcome = { missing: Missing[] } | 'stopped';

/** Saves all that is a user's own as one archive, which the browser makes with their own rights. */
export function DownloadMine({ user }: { user: User }) {
  const [written, setWritten] = useState<Written>();
  const [outcome, setOutcome] = useState<Outcome>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const download = useAct(async () => {
    setOutcome(undefined);
    // First of all: a browser lets a page ask only soon after a click.
    const save = await choosePlace(`${user.username}.zip`);
    if (!save) {
      return;
    }
    const controller = new AbortController();
    stop.current = controller;
    setWritten({ files: 0, bytes: 0 });
    let missing: Missing[] = [];
    try {
      const { archiveOf } = await import('@/lib/mine');
      await save(archiveOf(user, { signal: controller.signal, tell: setWritten, missing: (all) => (missing = all) }));
      setOutcome({ missing });
    } catch (thrown) {
      if (!controller.signal.aborted) {
        throw thrown;
      }
      setOutcome('stopped');
    } finally {
      // What is still being read when it could not be saved.
      controller.abort();
      setWritten(undefined);
    }
  });
  return (
    <section className="panel" aria-labelledby="mine">
      <h2 id="mine">Download all of mine</h2>
      <p className="muted">
        One zip archive with your photos in all sizes and as you sent them, your files, your profile, and what you wrote and
        liked under your own photos. Its manifest.json says what is in it and what is not. What you wrote and liked under photos of
        others you get from whoever runs this site.
      </p>
      {!writesAsItComes() && (
        <p className="muted">
          This browser gathers the archive before it saves it. If you have more than a gigabyte, use Chrome or Edge on a computer.
        </p>
      )}
      {written && <Working written={written} />}
      {download.fault && <FaultNotice fault={download.fault} />}
      {outcome && <Said outcome={outcome} />}
      <div className="actions">
        <button type="button" className="button" onClick={() => void download.run()} disabled={download.busy}>
          Download
        </button>
        {written && (
          <button type="button" className="button button-quiet" onClick={() => stop.current?.abort()}>
            Cancel
          </button>
        )}
      </div>
    </section>
  );
}

function Working({ written: { files, bytes } }: { written: Written }) {
  return (
    <div className="progress">
      <p>
        <span className="spinner" aria-hidden="true" />
        <span role="status">Making the archive. Keep this page open…</span>
        <span aria-hidden="true">
          {files === 1 ? '1 file' : `${files} files`}, {formatSize(bytes)}
        </span>
      </p>
    </div>
  );
}

function Said({ outcome }: { outcome: Outcome }) {
  if (outcome === 'stopped') {
    return <Notice>Cancelled: nothing was saved.</Notice>;
  }
  if (outcome.missing.length === 0) {
    return <Notice kind="success">Your archive is made.</Notice>;
  }
  return (
    <Notice kind="error">
      <p>Your archive is made, but not all could be had. Its manifest.json says the same:</p>
      <ul className="missing">
        {outcome.missing.map(({ what, why }, at) => (
          <li key={at}>
            <strong>{what}</strong>: {why}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
