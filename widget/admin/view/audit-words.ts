import type { AuditEntry } from '../../../server/contract/access.ts';
import { record } from '../../app/link/decode.ts';
import { hasText, t } from '../text/text.ts';

interface Names {
  inboxName: (id: number) => string;
  personName: (id: number) => string;
}

/** What an entry of the audit log was about, in a few words; its ids and braces are for whoever opens it. */
export function wordsOf(entry: Pick<AuditEntry, 'act' | 'subject' | 'detail'>, names: Names): string {
  const words = [...subjectWords(entry.subject, names), ...detailWords(entry.detail, names)];
  return Array.from(new Set(words.filter(Boolean))).join(', ');
}

/** `inbox:2 link:3f…`: whom we know by a name is called by it, other ids say nothing to anybody. */
function subjectWords(subject: string, { inboxName, personName }: Names): string[] {
  return subject.split(' ').map((part) => {
    const [, kind, id] = /^(inbox|agent|session):(.+)$/.exec(part) ?? [];
    if (kind === 'inbox') return inboxName(Number(id));
    if (kind === 'agent') return personName(Number(id));
    return kind === 'session' && id ? id : '';
  });
}

const say = (prefix: string, value: unknown): string => {
  const key = `${prefix}${String(value)}`;
  return hasText(key) ? t(key) : String(value);
};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function detailWords(detail: string, { inboxName, personName }: Names): string[] {
  if (!detail.startsWith('{')) return detail ? [say('by_', detail)] : [];
  let fields: Record<string, unknown>;
  try {
    fields = record(JSON.parse(detail));
  } catch {
    // What was written down was cut at its longest.
    return [];
  }
  return Object.entries(fields).flatMap(([name, value]) => {
    switch (name) {
      case 'role':
        return [say('role_', value)];
      case 'disabled':
        return [t(value === true ? 'isDisabled' : 'enabledAgain')];
      case 'scopes':
        return list(value).map((one) => say('scope_', one));
      case 'events':
        return list(value).length ? list(value).map((one) => say('type_', one)) : [t('everything')];
      case 'engine':
        return [say('engine_', value)];
      case 'inboxId':
        return [inboxName(Number(value))];
      case 'inboxIds':
        return list(value).map((one) => inboxName(Number(one)));
      case 'agentIds':
        return list(value).map((one) => personName(Number(one)));
      case 'everyone':
        return [t(value === true ? 'permittedAll' : 'permittedSome')];
      case 'makesAgents':
        return value === true ? [t('makesAgents')] : [];
      case 'password':
        return [t('passwordSet')];
      case 'method':
        return [value === 'qr' ? 'QR' : say('by_', value)];
      case 'list':
        return list(value).map(String);
      default:
        return typeof value === 'string' ? [value] : [];
    }
  });
}
