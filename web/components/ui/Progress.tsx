import type { Standing } from '@/lib/steps';

/** Which step of several is running, and how much of it is done where that is known, for eyes and ears. */
export function Progress({ standing, share }: { standing: Standing; share?: number | undefined }) {
  // What is counted is the upload, which comes first.
  const counted = standing.at === 0 && share !== undefined && share < 1 ? share : undefined;
  return (
    <div className="progress">
      <p>
        {counted === undefined && <span className="spinner" aria-hidden="true" />}
        <span role="status">{standing.name}…</span>
        {counted !== undefined && <span aria-hidden="true">{Math.round(counted * 100)}%</span>}
      </p>
      {counted !== undefined && <progress value={counted} max={1} aria-label={standing.name} />}
    </div>
  );
}
