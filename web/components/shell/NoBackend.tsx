/** What every page shows while there are no settings of a deployment beside it. */
export function NoBackend({ reason }: { reason: string }) {
  return (
    <main id="main" tabIndex={-1}>
      <div className="panel narrow" role="alert">
      <h1>No backend yet</h1>
      <p>
        These pages read where their backend is from <code>/amplify_outputs.json</code>, and that did not work: {reason}.
      </p>
      <p>
        <code>make deploy ENV=dev</code> writes the file to <code>web/amplify_outputs.json</code>; put it beside{' '}
        <code>index.html</code> on the host of these pages.
      </p>
    </div>
    </main>
  );
}
