/** Links that open objects, and when the first of them stops to. */
export type Signed = { urls: string[]; expires: Date };

/** How long before its end a link is renewed. */
const margin = 60_000;

/** How long to wait before asking again when a link could not be made. */
const retry = 15_000;

/** In how many milliseconds to renew a link that ends at expires: a minute before its end, and never in a busy loop. */
export function renewIn(expires: Date, now: number): number {
  return Math.max(expires.getTime() - now - margin, 5_000);
}

/** Gives links and renews them before they end, until the returned function is called. */
export function keepSigned(
  sign: () => Promise<Signed>,
  onSigned: (signed: Signed) => void,
  onFault: (thrown: unknown) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const renew = async () => {
    let wait = retry;
    try {
      const signed = await sign();
      if (!stopped) {
        onSigned(signed);
      }
      wait = renewIn(signed.expires, Date.now());
    } catch (thrown) {
      if (!stopped) {
        onFault(thrown);
      }
    }
    if (!stopped) {
      timer = setTimeout(renew, wait);
    }
  };
  void renew();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
