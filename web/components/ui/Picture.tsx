'use client';

import { type CSSProperties, useMemo, useState } from 'react';
import { type Picture as Made, placeholderOf, sizesOf, type Slot, sourcesOf } from '@/lib/picture';

type Props = { picture: Made | null; alt: string; slot: Slot; eager?: boolean };

/**
 * A picture in a frame whose size is known before it arrives, so that nothing moves when it does; until then a blur of it is
 * there. The browser chooses the file that suits the slot and the screen. A picture that is not there leaves an empty frame
 * with words.
 */
export function Picture({ picture, alt, slot, eager = false }: Props) {
  const [missing, setMissing] = useState<string>();
  const [arrived, setArrived] = useState<string>();
  const blur = useMemo(() => picture && placeholderOf(picture), [picture?.placeholder]);
  const sources = picture && sourcesOf(picture);
  if (!picture || (sources && missing === sources.src)) {
    return (
      <span className={`picture picture-${slot.frame}`}>
        <span className="picture-none" role="img" aria-label={`${alt}: no picture`}>
          <svg viewBox="0 0 24 24" width="32" height="32" aria-hidden="true">
            <rect x="3" y="5" width="18" height="14" rx="2" fill="none" stroke="currentColor" strokeWidth="1.5" />
            <path d="M4 17l5-5 4 4 3-3 4 4" fill="none" stroke="currentColor" strokeWidth="1.5" />
          </svg>
        </span>
      </span>
    );
  }
  const there = sources && arrived === sources.src;
  const sizes = sizesOf(slot, picture);
  const behind: CSSProperties = there ? { backgroundColor: blur?.colour } : { backgroundImage: blur ? `url(${blur.url})` : undefined };
  const style = { '--ratio': `${picture.width} / ${picture.height}`, ...behind } as CSSProperties;
  return (
    <span className={`picture picture-${slot.frame}`} style={style}>
      {sources && (
        <picture>
          {sources.avif && <source type="image/avif" sizes={sizes} srcSet={sources.avif} />}
          <img
            // Before src: some browsers begin with what they read first.
            sizes={sizes}
            srcSet={sources.srcSet}
            src={sources.src}
            alt={alt}
            width={picture.width}
            height={picture.height}
            loading={eager ? 'eager' : 'lazy'}
            fetchPriority={eager ? 'high' : 'auto'}
            decoding="async"
            onLoad={() => setArrived(sources.src)}
            onError={() => setMissing(sources.src)}
          />
        </picture>
      )}
    </span>
  );
}
