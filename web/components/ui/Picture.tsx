'use client';

import { useState } from 'react';

type Props = { src: string | undefined; alt: string; eager?: boolean; shape?: 'wide' | 'square' | 'free' };

/**
 * A picture in a frame whose size is known before it arrives, so that nothing moves when it does. A picture that is not
 * there leaves an empty frame with words.
 */
export function Picture({ src, alt, eager = false, shape = 'wide' }: Props) {
  const [missing, setMissing] = useState<string>();
  return (
    <span className={`picture picture-${shape}`}>
      {src && missing !== src ? (
        // Pictures come as they were uploaded from a CDN that a static export cannot resize.
        <img
          src={src}
          alt={alt}
          width={640}
          height={shape === 'square' ? 640 : 480}
          loading={eager ? 'eager' : 'lazy'}
          fetchPriority={eager ? 'high' : 'auto'}
          decoding="async"
          onError={() => setMissing(src)}
        />
      ) : (
        <span className="picture-none" role="img" aria-label={`${alt}: no picture`}>
          <svg viewBox="0 0 24 24" width="32" height="32" aria-hidden="true">
            <rect x="3" y="5" width="18" height="14" rx="2" fill="none" stroke="currentColor" strokeWidth="1.5" />
            <path d="M4 17l5-5 4 4 3-3 4 4" fill="none" stroke="currentColor" strokeWidth="1.5" />
          </svg>
        </span>
      )}
    </span>
  );
}
