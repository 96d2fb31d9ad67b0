import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../text/text.ts';
import { Skeleton } from './parts.tsx';

/** Skeletons only when it takes longer than an eye blinks. */
export function Waiting(): JSX.Element {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 90);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="grow" role="status" aria-label={t('loading')}>
      {isSlow && <Skeleton />}
    </div>
  );
}
