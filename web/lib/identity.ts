const linked = 'lightbox.linked';

/**
 * Has the backend note which identity of the identity pool a user has, once a session of the browser. Nobody is told when
 * that fails, and the next page tries again. What calls the API is loaded for it alone: not every page has it.
 */
export async function linkIdentity(sub: string): Promise<void> {
  try {
    if (sessionStorage.getItem(linked) !== sub) {
      await (await import('./account')).link();
      sessionStorage.setItem(linked, sub);
    }
  } catch {
    // It is not what the user came for.
  }
}
