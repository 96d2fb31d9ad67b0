import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A small picture drawn from its bytes: works also where a page's policy lets no `data:` or `blob:` image in. */
export function Drawing({ blob, class: name }: { blob: Blob; class?: string }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isOver = false;
    createImageBitmap(blob).then(
      (picture) => {
        const element = canvas.current;
        if (!isOver && element) {
          const scale = Math.min(1, 1_200 / Math.max(picture.width, picture.height));
          element.width = Math.max(1, Math.round(picture.width * scale));
          element.height = Math.max(1, Math.round(picture.height * scale));
          element.getContext('2d')?.drawImage(picture, 0, 0, element.width, element.height);
          element.dataset['drawn'] = '';
        }
        picture.close();
      },
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [blob]);
  return <canvas ref={canvas} class={name} width={1} height={1} aria-hidden="true" />;
}
