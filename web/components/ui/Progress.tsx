import type { Standing } from '@/lib/steps';

/** Which step of several is running and how much of it is done, for eyes and ears. */
export function Progress({ standing, share }: { standing: Standing; share?: number | undefined }) {
  const { name, at, of, undoing } = standing;
  const value = (at + (share ?? 0)) / of;
  const said = undoing ? 'It did not work: tidying up' : name;
  return (
    <div className="progress">
      <p role="status">
        {said}…{' '}
        {share !== undefined && share < 1 && !undoing && <span aria-hidden="true">{Math.round(share * 100)}%</span>}
      </p>
      <progress value={undoing ? undefined : value} max={1} aria-label={said} />
    </div>
  );
}
