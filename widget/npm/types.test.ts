import { expectTypeOf, test } from 'vitest';
import type { load, Chatdock, ChatdockConfig, ChatdockEvents, DoctorReport } from './index.d.ts';

test('the entry says what may be called with what: checked by the compiler', () => {
  expectTypeOf<typeof load>().returns.resolves.toEqualTypeOf<Chatdock>();
  expectTypeOf<typeof load>().parameter(0).toExtend<{ host: string }>();
  // A configuration without a server is refused, and so is an unknown theme.
  expectTypeOf<ChatdockConfig>().not.toExtend<Parameters<typeof load>[0]>();
  expectTypeOf<{ host: string; theme: 'purple' }>().not.toExtend<ChatdockConfig>();
  expectTypeOf<{ host: string; tokenUrl: string; clickToChat: 'link' }>().toExtend<ChatdockConfig>();
  expectTypeOf<{ host: string; timeZone: 'Europe/Rome'; badge: 'off' }>().toExtend<ChatdockConfig>();

  expectTypeOf<Chatdock['setUser']>()
    .parameter(0)
    .toEqualTypeOf<{ getToken: () => Promise<string> | string; timeZone?: string } | null>();
  expectTypeOf<Chatdock['openChat']>()
    .parameter(0)
    .toEqualTypeOf<string | number | { chatId: number } | { phone: string }>();
  expectTypeOf<Chatdock['doctor']>().returns.resolves.toEqualTypeOf<DoctorReport>();
  expectTypeOf<Chatdock['on']>().returns.toEqualTypeOf<() => void>();
  expectTypeOf<ChatdockEvents['unread']>().toExtend<{ total: number }>();
  expectTypeOf<ChatdockEvents['error']>().toEqualTypeOf<{ code: string; hint: string; docUrl: string }>();
  expectTypeOf<DocumentEventMap['chatdock:click-to-chat']>().toEqualTypeOf<
    CustomEvent<ChatdockEvents['click-to-chat']>
  >();
  expectTypeOf<Window['Chatdock']>().toEqualTypeOf<Chatdock | undefined>();
});
