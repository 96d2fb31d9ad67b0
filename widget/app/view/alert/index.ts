import { computed, effect, signal } from '@preact/signals';
import { Alerts } from '../../model/alerts.ts';
import type { Model } from '../../model/model.ts';
import { notify, withdraw, withdrawAll } from './desktop.ts';
import { canPlay, play, silence } from './sound.ts';
import type { IconDot } from './icon-dot.ts';
import { TitleBadge } from './title-badge.ts';

export interface AlertsGround {
  model: Model;
  /** Whether the panel is open. */
  isShown: { readonly value: boolean };
  /** Opens the panel. */
  open(): void;
  /** The page keeps its title and its icon to itself. */
  isUnmarked: boolean | undefined;
}

/** Sound, notifications, the number in the page's title and the dot on its icon; from here to the signal's end. */
export function beginAlerts({ model, isShown, open, isUnmarked }: AlertsGround, until: AbortSignal): void {
  const chosen = model.preferences.value;
  const isSeen = signal(false);
  const look = (): void =>
    void (isSeen.value = document.visibilityState === 'visible' && document.hasFocus());
  look();
  for (const name of ['focus', 'blur', 'pageshow']) window.addEventListener(name, look, { signal: until });
  document.addEventListener('visibilitychange', look, { signal: until });
  const reading = computed(() => (model.isReading.value ? (model.chat.value?.id ?? 0) : 0));
  let badge: TitleBadge | undefined;
  let dot: IconDot | undefined;
  let isDotWanted = false;
  /** The chunk comes with the first thing unread. */
  const showDot = async (isWanted: boolean): Promise<void> => {
    isDotWanted = isWanted;
    if (isWanted) {
      const { IconDot } = await import('./icon-dot.ts');
      if (!until.aborted) dot ??= new IconDot();
    }
    dot?.set(isDotWanted);
  };
  const stops = [
    effect(() => {
      const tabs = model.sharing.value?.tabs;
      if (!tabs) return undefined;
      const alerts = new Alerts({
        tabs,
        arrived: model.arrived,
        mentioned: model.work.news.mentioned,
        preferences: chosen,
        reading,
        isWatched: computed(() => isShown.value && isSeen.value),
        chat: (chatId) => model.findChat(chatId),
        me: () => model.me.peek()?.agent.id,
        now: Date.now,
        notify: (alert) =>
          notify(alert, (chatId) => {
            open();
            model.openChat(chatId);
          }),
        canRing: canPlay,
        ring: () => play(chosen.peek().sound, chosen.peek().volume),
      });
      return () => alerts[Symbol.dispose]();
    }),
    effect(() => {
      if (reading.value) withdraw(reading.value);
    }),
    effect(() => {
      if (isUnmarked || !model.preferences.of('titleBadge').value) {
        badge?.[Symbol.dispose]();
        badge = undefined;
        void showDot(false);
        return;
      }
      badge ??= new TitleBadge();
      badge.set(model.unread.value);
      showDot(model.unread.value > 0).catch(() => undefined);
    }),
  ];
  until.addEventListener('abort', () => {
    stops.forEach((stop) => stop());
    badge?.[Symbol.dispose]();
    dot?.[Symbol.dispose]();
    withdrawAll();
    silence();
  });
}
