// The static export has a folder with an index.html a page. S3 knows no folders: /photos and /photos/ are its index.
// What has a dot in its last part is a file, and so is all that is well known by a name (RFC 8615).
function handler(event) {
  const request = event.request;
  const last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (last === '') {
    request.uri += 'index.html';
  } else if (!last.includes('.') && !request.uri.startsWith('/.well-known/')) {
    request.uri += '/index.html';
  }
  return request;
}
