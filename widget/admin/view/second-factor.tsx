import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { record } from '../../app/link/decode.ts';
import { codeOf } from '../admin.ts';
import { one, reader } from '../read.ts';
import { t, tCode } from '../text/text.ts';
import { Button, Card, Chip, CopyButton, Field, Of, Secret } from './parts.tsx';
import { Qr } from './qr.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

const isState = reader<{ enabled: boolean; recoveryLeft: number }>({
  enabled: 'boolean',
  recoveryLeft: 'number',
});
const isEnrolled = reader<{ secret: string; uri: string }>({ secret: 'string', uri: 'string' });

type Step =
  { at: 'rest' } | { at: 'password'; goal: 'enrol' | 'remove' } | { at: 'scan'; secret: string; uri: string };

/** One's own authenticator app: enrolled by password, QR code and proof; the recovery codes are shown once. */
export function SecondFactor(): JSX.Element {
  const admin = useAdmin();
  const state = useLoaded(async () => one(await admin.http.get('/auth/totp'), isState));
  const [step, go] = useState<Step>({ at: 'rest' });
  const [codes, tell] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const [trouble, setTrouble] = useState('');
  const { isBusy, run } = useDeed();
  // Before the next key: after the next frame it would go nowhere.
  useLayoutEffect(() => field.current?.focus(), [step.at]);
  const attempt = (wrong: 'passwordWrong' | 'codeWrong', deed: (typed: string) => Promise<void>): void => {
    setTrouble('');
    void run(async () => {
      try {
        await deed(field.current!.value.trim());
      } catch (error) {
        const code = codeOf(error);
        setTrouble(
          code === 'wrong-credentials' || code === 'bad-request' ? t(wrong) : tCode('problem_', code),
        );
        field.current?.select();
      }
    });
  };
  const proven = (password: string, goal: 'enrol' | 'remove'): Promise<void> =>
    goal === 'enrol'
      ? admin.http
          .post('/auth/totp', { password })
          .then((answer) => go({ at: 'scan', ...one(answer, isEnrolled) }))
      : admin.http.post('/auth/totp/disable', { password }).then(async () => {
          go({ at: 'rest' });
          tell('');
          admin.say(t('twoFactorRemoved'));
          await state.again();
        });
  const confirm = async (code: string): Promise<void> => {
    const answer = record(await admin.http.post('/auth/totp/confirm', { code: code.replace(/\s/g, '') }));
    const list = answer['recoveryCodes'];
    tell(Array.isArray(list) ? list.join('\n') : '');
    go({ at: 'rest' });
    await state.again();
  };
  const cancel = (
    <Button
      onClick={() => {
        setTrouble('');
        go({ at: 'rest' });
      }}
    >
      {t('cancel')}
    </Button>
  );
  const said = trouble && (
    <p class="trouble" role="alert">
      {trouble}
    </p>
  );
  return (
    <Card
      title={t('twoFactor')}
      lead={t('twoFactorLead')}
      aside={
        state.value && (
          <Chip tone={state.value.enabled ? 'good' : 'off'}>
            {t(state.value.enabled ? 'twoFactorOn' : 'twoFactorOff')}
          </Chip>
        )
      }
    >
      {codes && <Secret title={t('recoveryTitle')} value={codes} onDone={() => tell('')} />}
      <Of from={state}>
        {({ enabled, recoveryLeft }) =>
          step.at === 'rest' ? (
            <div class="factor">
              <Button onClick={() => go({ at: 'password', goal: enabled ? 'remove' : 'enrol' })}>
                {t(enabled ? 'twoFactorRemove' : 'twoFactorBegin')}
              </Button>
              {enabled && <span class="quiet">{t('recoveryLeft', { n: recoveryLeft })}</span>}
            </div>
          ) : step.at === 'password' ? (
            <form
              class="stage narrow"
              onSubmit={(event) => {
                event.preventDefault();
                attempt('passwordWrong', (password) => proven(password, step.goal));
              }}
            >
              <Field label={t('currentPassword')}>
                <input ref={field} type="password" required autoComplete="current-password" dir="ltr" />
              </Field>
              {said}
              <div class="row-deeds">
                <Button kind="primary" type="submit" isBusy={isBusy}>
                  {t(step.goal === 'enrol' ? 'twoFactorGo' : 'twoFactorRemove')}
                </Button>
                {cancel}
              </div>
            </form>
          ) : (
            <form
              class="stage pair"
              onSubmit={(event) => {
                event.preventDefault();
                attempt('codeWrong', confirm);
              }}
            >
              <Qr text={step.uri} isFaded={false} label={t('twoFactorQr')} />
              <div class="pair-side">
                <h3>{t('twoFactorScan')}</h3>
                <p class="quiet">{t('twoFactorByHand')}</p>
                <div class="by-hand">
                  <code dir="ltr">{step.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
                  <CopyButton text={step.secret} isIcon />
                </div>
                <Field label={t('twoFactorCode')}>
                  <input
                    ref={field}
                    inputMode="numeric"
                    autoComplete="one-time-code"
                    pattern="[0-9 ]*"
                    maxLength={8}
                    required
                    dir="ltr"
                  />
                </Field>
                {said}
                <div class="row-deeds">
                  <Button kind="primary" type="submit" isBusy={isBusy}>
                    {t('twoFactorConfirm')}
                  </Button>
                  {cancel}
                </div>
              </div>
            </form>
          )
        }
      </Of>
    </Card>
  );
}
