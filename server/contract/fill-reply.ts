/** What a canned reply may ask for. */
export interface ReplyValues {
  'contact.name': string | null;
  'contact.phone': string | null;
  'agent.name': string | null;
  'inbox.name': string | null;
  /** Of the CRM's record of the person, where one stands for them: in small letters, whatever the variable is written in. */
  [field: `crm.${string}`]: string;
}
export const replyVariables = ['contact.name', 'contact.phone', 'agent.name', 'inbox.name'] as const;

/**
 * Puts values in for `{{…}}`. What has no value, or is no variable at all, leaves nothing behind and is named in
 * `missing`: a customer never reads braces. A gap does not leave two spaces, nor one before a comma. With `keepsGaps` the
 * braces stay, for an Agent who fills them in before it is sent.
 */
export function fillReply(
  body: string,
  values: ReplyValues,
  keepsGaps = false,
): { text: string; missing: string[] } {
  const missing = new Set<string>();
  const gap = '\ufffe';
  const filled = body.replaceAll(gap, '').replaceAll(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, name: string) => {
    const key = /^crm\./i.test(name) ? name.toLowerCase() : name;
    const value = (Object.hasOwn(values, key) ? values[key as keyof ReplyValues] : null) ?? null;
    // Values are put in as they are: braces in somebody's name are that name.
    if (value !== null && value.trim() !== '') return value.replaceAll(gap, '');
    missing.add(name);
    return keepsGaps ? `{{${name}}}` : gap;
  });
  const text = filled
    .replaceAll(/ ?\ufffe(?=[,.;:!?])/g, '')
    .replaceAll(/(^|\n)\ufffe ?/g, '$1')
    .replaceAll(/ \ufffe(?= |$|\n)/g, '')
    .replaceAll(gap, '');
  return { text, missing: [...missing] };
}
