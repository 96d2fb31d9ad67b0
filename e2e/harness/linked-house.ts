import { vi } from 'vitest';
import { ApiClient } from './client.ts';
import { startHouse, type HouseOptions, type RunningHouse } from './house.ts';
import { SandboxPhone } from './sandbox-phone.ts';

/** A house whose Sandbox number is linked: where a day that is not about linking begins. */
export interface LinkedHouse {
  house: RunningHouse;
  phone: SandboxPhone;
  api: ApiClient;
  inboxId: number;
}

export async function startLinkedHouse(
  options: HouseOptions & {
    /** Default: the usual one. `baileys` needs no browser and so starts sooner. */
    engine?: 'baileys';
  } = {},
): Promise<LinkedHouse> {
  const house = await startHouse({
    ...options,
    environment: { CHATDOCK_LOG_LEVEL: 'silent', ...options.environment },
  });
  try {
    const phone = new SandboxPhone(() => house);
    const api = await ApiClient.signIn(house.url, house.signIn!);
    const [inbox] = await api.inboxes();
    const { engine } = options;
    if (engine) await api.call('POST', `/inboxes/${inbox!.id}/session/engine`, { engine });
    await link(api, phone, inbox!.id);
    return { house, phone, api, inboxId: inbox!.id };
  } catch (error) {
    await house[Symbol.asyncDispose]();
    throw error;
  }
}

/** By QR code, without a screen. */
export async function link(api: ApiClient, phone: SandboxPhone, inboxId: number): Promise<void> {
  await api.call('POST', `/inboxes/${inboxId}/session/link`, { method: 'qr' });
  await phone.scan();
  await reach(api, inboxId, 'working');
}

/** Waits until the Session is in this state. */
export async function reach(api: ApiClient, inboxId: number, state: string): Promise<void> {
  await vi.waitUntil(
    async () => (await api.inboxes()).find((one) => one.id === inboxId)?.session.state === state,
    { timeout: 120_000, interval: 100 },
  );
}
