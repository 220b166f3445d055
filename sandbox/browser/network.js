// Sends what scripts ask of AWS to the sandbox on this machine: fetch, XMLHttpRequest, WebSocket, and links that leave the page.
// The page's own scripts stay as they are. It has to run before them, and runs once.
(() => {
  const { sandbox, bridged } = self.lightboxBridge;

  const realFetch = self.fetch;
  self.fetch = async (input, init) => {
    const isRequest = typeof input?.url === 'string';
    const asked = isRequest ? input.url : String(input);
    const address = bridged(asked);
    if (address === asked) {
      return realFetch(input, init);
    }
    try {
      return isRequest ? await realFetch(address, { ...(await parts(input)), ...init }) : await realFetch(address, init);
    } catch (error) {
      // Expo's fetch has errors of its own; one that the page itself ended is no question of where the sandbox is.
      if (!(init?.signal ?? input?.signal)?.aborted) {
        hint();
      }
      throw error;
    }
  };

  /** What a Request has but its address. The body is read first: browsers send streams by HTTP/2 alone. */
  async function parts(request) {
    const { method, headers, mode, credentials, cache, redirect, signal, keepalive } = request;
    const body = ['GET', 'HEAD'].includes(method) ? undefined : await request.blob();
    return { method, headers, mode, credentials, cache, redirect, signal, keepalive, body };
  }

  let hinted = false;
  const port = sandbox.split(':')[2];

  /** Says once why a call may come to nothing: to scripts, browsers say the same of whatever went wrong. */
  function hint() {
    if (hinted) {
      return;
    }
    hinted = true;
    const origin = self.location?.origin;
    if (!origin) {
      console.warn(
        `Lightbox: the sandbox at ${sandbox} gave this app no answer. Does it run there, and is that address this machine's ` +
          `where the app runs (adb reverse tcp:${port} tcp:${port})? ${sandbox}/_lightbox/requests lists what came.`,
      );
      return;
    }
    console.warn(
      `Lightbox: the sandbox at ${sandbox} gave this page no answer. Does it run there? May pages of ${origin} call it ` +
        `(lightbox sandbox --origin ${origin}), and files be used from there (webOrigins in cdk.json)? ` +
        `${sandbox}/_lightbox/requests lists whom it kept out.`,
    );
  }

  // Uploads: an XMLHttpRequest stays one, so that its progress is real.
  if (self.XMLHttpRequest) {
    const realOpen = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function open(method, address, ...rest) {
      const at = bridged(String(address));
      if (at !== String(address)) {
        this.addEventListener('error', hint);
      }
      return realOpen.call(this, method, at, ...rest);
    };
  }

  if (self.WebSocket) {
    self.WebSocket = class extends self.WebSocket {
      constructor(address, ...rest) {
        super(bridged(String(address)), ...rest);
      }
    };
  }

  // Links that are followed or copied leave the page, where no script helps.
  if (typeof document !== 'undefined') {
    document.addEventListener(
      'click',
      (event) => {
        const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
        if (link && bridged(link.href) !== link.href) {
          link.href = bridged(link.href);
        }
      },
      true,
    );
    const realWrite = navigator.clipboard?.writeText.bind(navigator.clipboard);
    if (realWrite) {
      navigator.clipboard.writeText = (text) => realWrite(bridged(text));
    }
  }
})();
