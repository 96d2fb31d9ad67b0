import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { bringTexts, t, type LaterTexts } from '../text/text.ts';
import { Spinner } from './icon.tsx';
import { Button, Empty } from './parts.tsx';

/** A part of the page that is a chunk of its own, asked for with its texts when it is first shown. */
export interface Chunk<Props> {
  texts: LaterTexts[];
  bring: () => Promise<ComponentType<Props>>;
}

/** `label`: the name of a whole screen, for who hears it while it comes. */
export function Later<Props extends object>(props: {
  of: Chunk<Props>;
  give: Props;
  label?: string;
}): JSX.Element {
  const { of, give, label } = props;
  const [part, setPart] = useState<{ Of: ComponentType<Props> } | 'failed' | undefined>();
  const [turn, again] = useState(0);
  useEffect(() => {
    let isGone = false;
    Promise.all([of.bring(), bringTexts(...of.texts)]).then(
      ([Of]) => isGone || setPart({ Of }),
      () => isGone || setPart('failed'),
    );
    return () => {
      isGone = true;
    };
  }, [of, turn]);
  if (part === 'failed') {
    return (
      <div role="alert">
        {label && <h1 class="unseen">{label}</h1>}
        <Empty icon="alert" title={t('problem_no-connection')}>
          <Button icon="retry" onClick={() => again(turn + 1)}>
            {t('retry')}
          </Button>
        </Empty>
      </div>
    );
  }
  if (!part) {
    return (
      <div class="waiting" role="status">
        {label && <h1 class="unseen">{label}</h1>}
        <Spinner />
        {t('loading')}
      </div>
    );
  }
  return <part.Of {...give} />;
}
