import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { InvitationView } from '../../../server/contract/access.ts';
import { codeOf, detailOf } from '../admin.ts';
import { listOf, one, reader } from '../read.ts';
import { t, tCode } from '../text/text.ts';
import { shortly, now } from '../text/when.ts';
import { Button, Card, Field, Of, Secret, FormTrouble } from './parts.tsx';
import { RoleOptions } from './roles.tsx';
import { useAdmin, useDeed, useLoaded } from './room.ts';

const isInvitation = reader<InvitationView>({
  id: 'string',
  email: 'string',
  role: 'string',
  expiresAt: 'number',
  usedAt: 'number',
  revokedAt: 'number',
});
const isMade = reader<InvitationView & { path: string }>({ email: 'string', path: 'string' });

/** Links that let one person choose a password; what is open can be taken back. */
export function Invitations(props: { isInviting: boolean; onDone: () => void }): JSX.Element | null {
  const admin = useAdmin();
  const { isBusy, run } = useDeed();
  const form = useRef<HTMLFormElement>(null);
  const [link, tell] = useState<{ email: string; url: string } | null>(null);
  const [trouble, setTrouble] = useState('');
  const list = useLoaded(async () => listOf(await admin.http.get('/invitations'), isInvitation));
  const invite = (): Promise<boolean> =>
    run(async () => {
      setTrouble('');
      try {
        const fields = Object.fromEntries(new FormData(form.current!)) as Record<string, string>;
        const made = one(await admin.http.post('/invitations', fields), isMade);
        tell({ email: made.email, url: `${admin.http.host}${made.path}` });
        props.onDone();
      } catch (error) {
        setTrouble(`${tCode('problem_', codeOf(error))} ${detailOf(error)}`.trim());
      }
      await list.again();
    });
  const revoke = (id: string): Promise<boolean> =>
    run(async () => {
      await admin.http.ask('DELETE', `/invitations/${id}`);
      admin.say(t('revoked'));
      await list.again();
    });
  const open = list.value?.filter(
    ({ usedAt, revokedAt, expiresAt }) => !usedAt && !revokedAt && expiresAt > now.value,
  );
  if (!props.isInviting && !link && !open?.length && !list.trouble) return null;
  return (
    <Card title={t('invitations')} lead={t('invitationsLead')}>
      {link && (
        <Secret title={t('inviteLink', { email: link.email })} value={link.url} onDone={() => tell(null)} />
      )}
      {props.isInviting && (
        <form
          ref={form}
          class="form inside"
          onSubmit={(event) => {
            event.preventDefault();
            void invite();
          }}
        >
          <Field label={t('email')}>
            <input name="email" type="email" required autoComplete="off" dir="ltr" />
          </Field>
          <Field label={t('role')}>
            <select name="role">
              <RoleOptions />
            </select>
          </Field>
          <FormTrouble text={trouble} />
          <div class="row-end wide">
            <Button onClick={props.onDone}>{t('cancel')}</Button>
            <Button kind="primary" type="submit" icon="send" isBusy={isBusy}>
              {t('invite')}
            </Button>
          </div>
        </form>
      )}
      <Of from={list}>
        {() => (
          <ul class="lines">
            {open?.map((invitation) => (
              <li key={invitation.id}>
                <div class="grow">
                  <b class="block anywhere" dir="ltr">
                    {invitation.email}
                  </b>
                  <div class="quiet">
                    {t(`role_${invitation.role}`)} · {t('invitedUntil')} {shortly(invitation.expiresAt)}
                  </div>
                </div>
                <Button
                  kind="quiet"
                  label={`${t('revoke')}: ${invitation.email}`}
                  onClick={() => void revoke(invitation.id)}
                >
                  {t('revoke')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Of>
    </Card>
  );
}
