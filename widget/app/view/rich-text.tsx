import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { format, isJumbo, type Piece } from './format.ts';

/** A message's text as text nodes and a few elements; whatever it says, it can be nothing else. */
export function RichText({ text }: { text: string }): JSX.Element {
  const pieces = useMemo(() => format(text), [text]);
  return (
    <span class={isJumbo(text) ? 'text jumbo' : 'text'} dir="auto">
      {pieces.map((piece, index) => (piece.isMark ? null : <Part key={index} piece={piece} />))}
    </span>
  );
}

function Part({ piece }: { piece: Piece }): JSX.Element {
  const style = [piece.bold && 'b', piece.italic && 'i', piece.strike && 's'].filter(Boolean).join(' ');
  if (piece.mono) return <code>{piece.text}</code>;
  if (piece.href) {
    return (
      <a class={style} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    );
  }
  return style ? <span class={style}>{piece.text}</span> : <>{piece.text}</>;
}
