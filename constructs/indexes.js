// The static export has a folder with an index.html a page. S3 knows no folders: /photos and /photos/ are its index.
// What has a dot in its last part is a file.
function handler(event) {
  const request = event.request;
  const last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (last === '') {
    request.uri += 'index.html';
  } else if (!last.includes('.')) {
    request.uri += '/index.html';
  }
  return request;
}
