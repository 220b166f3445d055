// Pictures drawn by the browser: what comes out is pixels, and nothing else that the file said.

/** A picture as this browser shows it, upright; rejects when it cannot. */
export async function decoded(file: Blob): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * A picture on white, at most so many pixels on its longer side, as the first of some media types that this browser writes;
 * undefined when it is larger than what this browser draws.
 */
export async function drawn(image: HTMLImageElement, longest: number, types: string[], quality: number): Promise<Blob | undefined> {
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const context = canvas.getContext('2d');
  if (!context) {
    return undefined;
  }
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  for (const type of types) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
    // Whoever cannot write a type writes a PNG.
    if (blob?.type === type) {
      return blob;
    }
  }
  return undefined;
}
