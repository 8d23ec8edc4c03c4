import type { Picture } from './lightPicture';

/** Pixels per CSS pixel, and the most pixels a browser draws in one direction. */
const sharpness = 2;
const mostPixels = 16_000;

/** The same picture in pixels, twice as many as on the page in each direction. */
export async function pngOf({ svg, width, height }: Picture): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(sharpness, mostPixels / width, mostPixels / height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, 'image/png');
  });
  if (!blob) throw new Error('This window cannot write a picture.');
  return new Uint8Array(await blob.arrayBuffer());
}
