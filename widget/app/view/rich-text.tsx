import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Message } from '../../../server/contract/wire.ts';
import { format, isJumbo, type Finder, type Piece } from './format.ts';
import { blocks, type Block } from './talk/blocks.ts';
import { finderFor, linkified } from './talk/links.ts';
import { markedWords, places } from './talk/marks.ts';
import { openNumber } from './talk/menu-door.ts';

const nobody: Message['mentions'] = [];

/** A message's text as text nodes and a few elements; whatever it says, it can be nothing else. */
export function RichText(props: { text: string; mentions?: Message['mentions'] }): JSX.Element {
  const { text, mentions = nobody } = props;
  const known = linkified.value;
  const find = useMemo(() => finderFor(mentions, known), [mentions, known]);
  const parts = useMemo(() => blocks(text), [text]);
  const isOne = parts.length === 1 && parts[0]!.kind === 'text';
  const pieces = useMemo(() => (isOne ? format(text, find) : []), [isOne, text, find]);
  if (isOne) {
    return (
      <span class={isJumbo(text) ? 'text jumbo' : 'text'} dir="auto">
        {drawn(pieces)}
      </span>
    );
  }
  return (
    <div class="text" dir="auto">
      {parts.map((part, index) => (
        <Part key={index} part={part} find={find} />
      ))}
    </div>
  );
}

function Part({ part, find }: { part: Block; find: Finder }): JSX.Element {
  const items = (): JSX.Element[] =>
    part.lines.map((line, index) => (
      <li key={index}>
        <Line text={line} find={find} />
      </li>
    ));
  if (part.kind === 'list') return <ul>{items()}</ul>;
  if (part.kind === 'numbers') return <ol start={part.start ?? 1}>{items()}</ol>;
  const text = <Line text={part.lines.join('\n')} find={find} />;
  return part.kind === 'quote' ? <blockquote>{text}</blockquote> : <div>{text}</div>;
}

function Line({ text, find }: { text: string; find: Finder }): JSX.Element {
  const pieces = useMemo(() => format(text, find), [text, find]);
  return <>{drawn(pieces)}</>;
}

/** Most pieces are nothing but words, and most lists are full of them: those are text nodes, without a component. */
function drawn(pieces: readonly Piece[]): (JSX.Element | string | null)[] {
  const isSearched = markedWords.value.length > 0;
  return pieces.map((piece, index) => {
    if (piece.isMark) return null;
    const { text, bold, italic, strike, mono, mention, href } = piece;
    const isPlain = !bold && !italic && !strike && !mono && !mention && !href;
    return isPlain && !isSearched ? text : <Styled key={index} piece={piece} />;
  });
}

function Styled({ piece }: { piece: Piece }): JSX.Element {
  const style = [piece.bold && 'b', piece.italic && 'i', piece.strike && 's'].filter(Boolean).join(' ');
  if (piece.mono && piece.text.includes('\n'))
    return <code class="block">{piece.text.replace(/^\n|\n$/g, '')}</code>;
  if (piece.mono) return <code>{piece.text}</code>;
  if (piece.mention) return <bdi class={`mention ${style}`}>@{piece.mention}</bdi>;
  if (piece.href) {
    const isNumber = piece.href.startsWith('tel:');
    return (
      <a
        class={style}
        // Among Arabic or Hebrew words the groups of a number, and a slash at the end, would change places.
        dir="ltr"
        href={piece.href}
        {...(isNumber ? { onClick: openNumber } : { target: '_blank', rel: 'noopener noreferrer nofollow' })}
      >
        <Words text={piece.text} />
      </a>
    );
  }
  const words = <Words text={piece.text} />;
  return style ? <span class={style}>{words}</span> : words;
}

/** A text with what is searched for in `<mark>`. */
function Words({ text }: { text: string }): JSX.Element {
  const words = markedWords.value;
  if (!words.length) return <>{text}</>;
  let at = 0;
  const parts: (JSX.Element | string)[] = [];
  for (const [from, to] of places(text, words)) {
    parts.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  return <>{[...parts, text.slice(at)]}</>;
}
