// What would turn the reading order around, so that "exe.jpg" is read where "gpj.exe" is written, or can't be seen at all.
const unseen = /[\p{Bidi_Control}\p{Cc}]+/gu;

/** A file's name without characters that change how the others read; half a character becomes U+FFFD. */
export const readable = (name: string) => name.replace(/\p{Cs}/gu, '\uFFFD').replace(unseen, '');

/**
 * The Content-Disposition that saves an answer under a name. It has the name twice: in ASCII for the header, which AWS
 * refuses with anything else, and whole, in the form that browsers prefer.
 * https://www.rfc-editor.org/rfc/rfc6266#section-4.3, https://www.rfc-editor.org/rfc/rfc8187#section-3.2
 */
export function attachment(name: string): string {
  const clean = readable(name).replace(/[/\\]/g, '_') || 'file';
  // Not "%" either: some browsers decode it there.
  const ascii = clean.replace(/[^\x20-\x7e]|["%]/gu, '_');
  const whole = encodeURIComponent(clean).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${whole}`;
}
