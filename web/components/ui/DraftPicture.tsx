'use client';

import type { Picture as Made, Slot } from '@/lib/picture';
import { useSignedPicture } from '@/lib/useSignedPicture';
import { Picture } from './Picture';

/** A draft's picture, which is not public and needs links that end; the storage client comes with it. */
export default function DraftPicture({ picture, alt, slot }: { picture: Made; alt: string; slot: Slot }) {
  return <Picture picture={useSignedPicture(picture)} alt={alt} slot={slot} eager />;
}
