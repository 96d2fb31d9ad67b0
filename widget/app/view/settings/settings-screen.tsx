import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { sounds, textSizes, themes, type ThemeChoice } from '../../model/preferences.ts';
import { language, languages, t, type Language } from '../../text/text.ts';
import { play } from '../alert/sound.ts';
import { Icon } from '../icon.tsx';
import { useRoom } from '../shell.ts';
import { Notices } from './notices.tsx';
import { Numbers } from './numbers.tsx';
import { Page } from './page.tsx';
import { StandChoice } from './stand.tsx';
import { Pick, Section, Switch } from './controls.tsx';

/** Everything an Agent may choose for this widget; each choice works at once and is kept. */
export function SettingsScreen(): JSX.Element {
  const { model, shell } = useRoom();
  const { preferences } = model;
  const chosen = preferences.value.value;
  const isReset = useSignal(false);
  const theme: ThemeChoice = chosen.theme ?? shell.theme.value;
  return (
    <Page title={t('settings')}>
      <Notices />
      <Section title={t('setSounds')}>
        <Pick
          label={t('setSound')}
          options={sounds.map((sound) => [sound, t(`sound_${sound}`)] as const)}
          value={chosen.sound}
          onChange={(sound) => {
            preferences.set('sound', sound);
            play(sound, chosen.volume);
          }}
        />
        {chosen.sound !== 'off' && (
          <div class="set-line">
            <label class="grow set-volume">
              <span>{t('setVolume')}</span>
              <input
                type="range"
                min={0}
                max={100}
                step={5}
                value={Math.round(chosen.volume * 100)}
                onChange={(event) => {
                  const volume = Number(event.currentTarget.value) / 100;
                  preferences.set('volume', volume);
                  play(chosen.sound, volume);
                }}
              />
            </label>
            <button type="button" class="plain" onClick={() => play(chosen.sound, chosen.volume)}>
              {t('setListen')}
            </button>
          </div>
        )}
        <Quiet />
      </Section>
      <Section title={t('setLooks')}>
        <Pick
          label={t('theme')}
          lead={theme === 'host' ? t('themeHostLead') : undefined}
          options={themes.map((one) => [one, t(themeNames[one])] as const)}
          value={theme}
          onChange={(value) => preferences.set('theme', value)}
        />
        <Pick
          label={t('setTextSize')}
          options={textSizes.map((size) => [size, t(`text_${size}`)] as const)}
          value={chosen.textSize}
          onChange={(size) => preferences.set('textSize', size)}
        />
        <Pick
          label={t('language')}
          options={Object.entries(languages).map(([code, name]) => [code as Language, name, code] as const)}
          value={languageOf(chosen.locale) ?? language.value}
          onChange={shell.chooseLanguage}
        />
      </Section>
      <StandChoice />
      <Section title={t('setPrivacy')}>
        <Switch
          label={t('veil')}
          lead={t('veilLead')}
          isOn={chosen.isVeiled}
          onChange={(isOn) => preferences.set('isVeiled', isOn)}
        />
        <Switch
          label={t('setTyping')}
          lead={t('setTypingLead')}
          isOn={chosen.tellsTyping}
          onChange={(isOn) => preferences.set('tellsTyping', isOn)}
        />
        <Switch
          label={t('setViewing')}
          lead={t('setViewingLead')}
          isOn={chosen.tellsViewing}
          onChange={(isOn) => preferences.set('tellsViewing', isOn)}
        />
      </Section>
      <Section title={t('setWriting')}>
        <Switch
          label={t('setEnter')}
          lead={t(chosen.enterSends ? 'setEnterLead' : 'setEnterOffLead')}
          isOn={chosen.enterSends}
          onChange={(isOn) => preferences.set('enterSends', isOn)}
        />
        <Switch
          label={t('setUndo')}
          lead={t('setUndoLead')}
          isOn={chosen.undoSend}
          onChange={(isOn) => preferences.set('undoSend', isOn)}
        />
      </Section>
      <Section title={t('setKeys')}>
        <Switch
          label={t('setShortcuts')}
          lead={t('setShortcutsLead')}
          isOn={chosen.shortcuts}
          onChange={(isOn) => preferences.set('shortcuts', isOn)}
        />
        <button type="button" class="plain set-more" onClick={() => (shell.page.value = 'shortcuts')}>
          <Icon name="key" size={18} />
          {t('showShortcuts')}
        </button>
      </Section>
      <Numbers />
      <div class="set-end">
        <small class="quiet">{t('setKept')}</small>
        <button
          type="button"
          class="plain"
          onClick={() => {
            preferences.reset();
            isReset.value = true;
          }}
        >
          {t('setReset')}
        </button>
        <small role="status">{isReset.value ? t('setResetDone') : ''}</small>
      </div>
    </Page>
  );
}

/** The language of a choice; its texts may still be on their way. */
function languageOf(locale: string | null): Language | undefined {
  const short = locale?.split('-')[0] ?? '';
  return Object.hasOwn(languages, short) ? (short as Language) : undefined;
}

const themeNames = {
  auto: 'themeAuto',
  light: 'themeLight',
  dark: 'themeDark',
  host: 'themeHost',
} as const;

function Quiet(): JSX.Element {
  const { preferences } = useRoom().model;
  const { quietHours } = preferences.value.value;
  const change = (change: Partial<typeof quietHours>): void =>
    preferences.set('quietHours', { ...quietHours, ...change });
  return (
    <>
      <Switch
        label={t('setQuiet')}
        lead={t('setQuietLead')}
        isOn={quietHours.isOn}
        onChange={(isOn) => change({ isOn })}
      />
      {quietHours.isOn && (
        <div class="set-hours">
          {(['from', 'until'] as const).map((end) => (
            <label key={end}>
              <span>{t(end === 'from' ? 'setQuietFrom' : 'setQuietUntil')}</span>
              <input
                type="time"
                value={clock(quietHours[end])}
                onChange={(event) => {
                  const [hours = 0, minutes = 0] = event.currentTarget.value.split(':').map(Number);
                  if (event.currentTarget.value) change({ [end]: hours * 60 + minutes });
                }}
              />
            </label>
          ))}
        </div>
      )}
    </>
  );
}

const clock = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
