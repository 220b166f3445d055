/** The mark of Lightbox: a slide on a lit table. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <rect x="2" y="4" width="20" height="16" rx="4" className="mark-table" />
      <rect x="6" y="8" width="12" height="8" rx="1.5" className="mark-slide" />
    </svg>
  );
}
