import type { MemberRow } from '../../db/query/member.ts';
import { joinTold } from './merge.ts';

/** The later word wins. */
export function joinMembers(a: MemberRow | undefined, b: MemberRow): MemberRow {
  if (!a) return b;
  const told = joinTold({ value: a.role, at: a.told_at }, { value: b.role, at: b.told_at });
  return { ...a, role: told.value, told_at: told.at };
}
