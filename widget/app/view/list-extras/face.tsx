import type { JSX } from 'preact';
import { picturesOf, type PictureSize } from '../../model/pictures.ts';
import { useRoom } from '../shell.ts';
import { Drawing } from '../drawing.tsx';

/** What somebody looks like, over their letters. Drawn from bytes: no policy of a page has a say in it. */
export function Face({ id, size = 'small' }: { id: number; size?: PictureSize }): JSX.Element | null {
  const { model } = useRoom();
  const blob = picturesOf(model.http).of(id, size).value;
  return blob ? <Drawing class="face" blob={blob} /> : null;
}
