import type { ComponentChildren, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Guard } from '../../app/link/decode.ts';
import { codeOf, detailOf } from '../admin.ts';
import { listOf } from '../read.ts';
import { t, tCode } from '../text/text.ts';
import { Button, Card, Of, Secret, FormTrouble } from './parts.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

/** One kind of keys: where they stand, what a new one is made of, and how one of them looks. */
export interface KeyKind<Key> {
  path: string;
  isKey: Guard<Key>;
  title: string;
  lead: string;
  none: string;
  /** Over the secret, the one time it is shown. */
  secretTitle: string;
  revokeLead: string;
  /** The fields of the form. */
  fields: () => ComponentChildren;
  /** What is asked of the server; a text: what is missing. */
  body: (data: FormData) => object | string;
  /** The secret in the server's answer. */
  secretIn: (answer: unknown) => string;
  row: (key: Key) => ComponentChildren;
  /** It may still be revoked. */
  isGood: (key: Key) => boolean;
  /** A new secret for the same key, where that is possible. */
  mayRotate: (key: Key) => boolean;
}

/** Keys of other programs: made in a form, shown once, taken away at once. */
export function KeyList<Key extends { id: number; name: string }>(kind: KeyKind<Key>): JSX.Element {
  const admin = useAdmin();
  const keys = useLoaded(async () => listOf(await admin.http.get(kind.path), kind.isKey));
  const [isAdding, add] = useState(false);
  const [secret, tell] = useState('');
  const [trouble, setTrouble] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, run } = useDeed();
  const create = (): Promise<boolean> =>
    run(async () => {
      const body = kind.body(new FormData(form.current!));
      if (typeof body === 'string') return setTrouble(body);
      try {
        tell(kind.secretIn(await admin.http.post(kind.path, body)));
        add(false);
        setTrouble('');
      } catch (error) {
        setTrouble(`${tCode('problem_', codeOf(error))} ${detailOf(error)}`.trim());
      }
      await keys.again();
    });
  const rotate = async (key: Key): Promise<void> => {
    const isSure = await admin.ask({
      title: t('rotateTitle', { name: key.name }),
      lead: t('rotateLead'),
      deed: t('rotate'),
    });
    if (!isSure) return;
    await run(async () => tell(kind.secretIn(await admin.http.post(`${kind.path}/${key.id}/rotate`))));
    await keys.again();
  };
  const revoke = async (key: Key): Promise<void> => {
    const isSure = await admin.ask({
      title: t('revokeTitle', { name: key.name }),
      lead: kind.revokeLead,
      deed: t('revoke'),
      word: key.name,
    });
    if (!isSure) return;
    await run(async () => {
      await admin.http.ask('DELETE', `${kind.path}/${key.id}`);
      admin.say(t('revoked'));
    });
    await keys.again();
  };
  return (
    <Card
      title={kind.title}
      lead={kind.lead}
      aside={
        <Button icon="plus" isOpen={isAdding} onClick={() => add(!isAdding)}>
          {t('newKey')}
        </Button>
      }
    >
      {secret && <Secret title={kind.secretTitle} value={secret} onDone={() => tell('')} />}
      {isAdding && (
        <form
          ref={form}
          class="form inside"
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          {kind.fields()}
          <FormTrouble text={trouble} />
          <div class="row-end wide">
            <Button onClick={() => add(false)}>{t('cancel')}</Button>
            <Button kind="primary" type="submit" isBusy={isBusy}>
              {t('create')}
            </Button>
          </div>
        </form>
      )}
      <Of from={keys}>
        {(list) =>
          list.length === 0 ? (
            <p class="quiet">{kind.none}</p>
          ) : (
            <ul class="lines">
              {list
                .toSorted((a, b) => Number(kind.isGood(b)) - Number(kind.isGood(a)))
                .map((key) => (
                  <li key={key.id} class={kind.isGood(key) ? undefined : 'is-over'}>
                    <div class="grow">{kind.row(key)}</div>
                    {kind.isGood(key) && (
                      <div class="row-deeds">
                        {kind.mayRotate(key) && (
                          <Button
                            kind="quiet"
                            label={`${t('rotate')}: ${key.name}`}
                            onClick={() => void rotate(key)}
                          >
                            {t('rotate')}
                          </Button>
                        )}
                        <Button
                          kind="quiet-danger"
                          label={`${t('revoke')}: ${key.name}`}
                          onClick={() => void revoke(key)}
                        >
                          {t('revoke')}
                        </Button>
                      </div>
                    )}
                  </li>
                ))}
            </ul>
          )
        }
      </Of>
    </Card>
  );
}
