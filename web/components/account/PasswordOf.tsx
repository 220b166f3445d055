/**
 * Whose password a form is about, first in it and unseen: without it, password managers keep a new password for nobody.
 * https://www.chromium.org/developers/design-documents/form-styles-that-chromium-understands/
 */
export function PasswordOf({ username }: { username: string }) {
  return <input hidden type="text" autoComplete="username" value={username} readOnly />;
}
