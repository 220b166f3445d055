// What a page's HTML cannot say of itself, so that the host must: README.md asks every host for it, and the servers here send
// it with every answer.
export const headers = {
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'X-Content-Type-Options': 'nosniff',
};
