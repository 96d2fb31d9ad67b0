import { expect, test } from 'vitest';
import { fillReply } from './fill-reply.ts';

const values = {
  'contact.name': 'Anna',
  'contact.phone': '+39333',
  'agent.name': 'Ben',
  'inbox.name': 'Shop',
};

test('variables are filled in, whatever the spaces in the braces', () => {
  expect(fillReply('Hello {{contact.name}}, {{ agent.name }} of {{inbox.name}}.', values)).toEqual({
    text: 'Hello Anna, Ben of Shop.',
    missing: [],
  });
});

test('what has no value leaves no braces and no hole, and is named', () => {
  expect(fillReply('Hello {{contact.name}}, all well?', { ...values, 'contact.name': null })).toEqual({
    text: 'Hello, all well?',
    missing: ['contact.name'],
  });
  expect(fillReply('{{contact.name}} hello\n{{foo}} you', { ...values, 'contact.name': ' ' })).toEqual({
    text: 'hello\nyou',
    missing: ['contact.name', 'foo'],
  });
  expect(fillReply('a {{x}} b {{toString}}', values)).toEqual({ text: 'a b', missing: ['x', 'toString'] });
});

test('an Agent who fills the gaps in finds them where they were', () => {
  expect(fillReply('Your order {{ order.id }} is here, {{contact.name}}.', values, true)).toEqual({
    text: 'Your order {{order.id}} is here, Anna.',
    missing: ['order.id'],
  });
});

test('braces in a value are that value; nothing is filled in twice', () => {
  expect(fillReply('Hi {{contact.name}}', { ...values, 'contact.name': '{{agent.name}}' }).text).toBe(
    'Hi {{agent.name}}',
  );
});

test('braces without an end are text', () => {
  expect(fillReply('a {{b } c', values)).toEqual({ text: 'a {{b } c', missing: [] });
});

test('what the CRM says of a person is put in by its name; without a record it is missing', () => {
  const known = { ...values, 'crm.name': 'Anna Bianchi', 'crm.contract no': 'K-7' };
  expect(fillReply('{{CRM.Name}}: {{crm.Contract no}}, {{crm.city}}', known, true)).toEqual({
    text: 'Anna Bianchi: K-7, {{crm.city}}',
    missing: ['crm.city'],
  });
  expect(fillReply('Hi {{crm.name}}', values).missing).toEqual(['crm.name']);
});
