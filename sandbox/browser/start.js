// Of a page that has the script tag of the sandbox: says where its calls go, and starts the worker that the tag names.
(() => {
  if (typeof document === 'undefined') {
    return;
  }
  const { sandbox } = self.lightboxBridge;
  const worker = document.currentScript?.dataset.worker;
  if (worker) {
    navigator.serviceWorker?.register(worker);
  }
  console.info(`Lightbox: calls to AWS go to the sandbox on this machine. Codes are in ${sandbox}/_lightbox/mail`);
})();
