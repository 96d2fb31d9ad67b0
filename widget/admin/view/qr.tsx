import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../text/text.ts';
import { Spinner } from './icon.tsx';

/** Modules of quiet zone around the code; scanners ask for four. */
const quiet = 4;

/** Always black on white, whatever the theme: phones do not read anything else reliably. */
export function Qr(props: {
  text: string | undefined;
  isFaded: boolean;
  /** What it is a code of; WhatsApp's by itself. */
  label?: string;
}): JSX.Element {
  const { text, isFaded, label = t('qrLabel') } = props;
  const [drawing, setDrawing] = useState<{ path: string; size: number } | null>(null);
  useEffect(() => {
    if (text === undefined) return;
    let isGone = false;
    void import('uqr').then(({ encode }) => {
      if (isGone) return;
      const { data, size } = encode(text, { border: 0, ecc: 'L' });
      const path = data
        .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + quiet} ${y + quiet}h1v1h-1z` : '')))
        .join('');
      setDrawing({ path, size: size + quiet * 2 });
    });
    return () => {
      isGone = true;
    };
  }, [text]);
  if (text === undefined || !drawing) {
    return (
      <div class="qr-place" role="status">
        <Spinner />
        <span>{t('loading')}</span>
      </div>
    );
  }
  return (
    <svg
      class={isFaded ? 'qr faded' : 'qr'}
      viewBox={`0 0 ${drawing.size} ${drawing.size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={drawing.path} />
    </svg>
  );
}
