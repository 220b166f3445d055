import { useMemo } from 'react';
import type { Picture } from './picture';
import { useSigned } from './useSigned';

/** A picture that the CDN does not serve, with links that end, made and renewed for whoever may: none before they are made. */
export function useSignedPicture(picture: Picture): Picture {
  const keys = picture.renditions.filter(({ format }) => format === 'WEBP').map(({ key }) => key);
  const { signed } = useSigned(keys);
  return useMemo(
    () => ({ ...picture, renditions: picture.renditions.map((one) => ({ ...one, url: signed?.urls[keys.indexOf(one.key)] ?? null })) }),
    // The keys are those of the picture.
    [picture, signed],
  );
}
