import type { JSX } from 'preact';
import { t } from '../text/text.ts';

/** From the one who may least. */
const roles = ['agent', 'supervisor', 'admin'] as const;

/** The choices of a `select` of roles. */
export function RoleOptions(): JSX.Element {
  return (
    <>
      {roles.map((role) => (
        <option key={role} value={role}>
          {t(`role_${role}`)}
        </option>
      ))}
    </>
  );
}
