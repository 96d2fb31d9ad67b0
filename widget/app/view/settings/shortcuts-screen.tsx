import type { JSX } from 'preact';
import { isSingle, readKeys, type Shortcut } from '../../model/shortcuts.ts';
import { t, type TextKey } from '../../text/text.ts';
import { useRoom } from '../shell.ts';
import { Section } from './controls.tsx';
import { Page } from './page.tsx';
import { Chord, ShortcutLine } from './shortcut-line.tsx';

type Line = [chords: string[], what: TextKey] | Shortcut;

/** Every key there is, by the place where it works; those that can be chosen are chosen here. */
export function ShortcutsScreen(): JSX.Element {
  const { preferences } = useRoom().model;
  const { enterSends, shortcuts, keys: chosen } = preferences.value.value;
  const keys = readKeys(chosen);
  const working = (...names: Shortcut[]): Shortcut[] =>
    names.filter((name) => shortcuts || !isSingle(keys[name]));
  const send: Line[] = enterSends
    ? [
        [['Enter'], 'key_send'],
        [['Shift+Enter'], 'key_line'],
      ]
    : [
        [['Ctrl+Enter'], 'key_send'],
        [['Enter'], 'key_line'],
      ];
  const groups: [TextKey, Line[]][] = [
    ['keysEverywhere', [[['Esc'], 'key_close'], [['F6'], 'key_regions'], ...working('search', 'sheet')]],
    ['keysComposer', [...send, [['↑'], 'key_last'], [['/'], 'key_canned'], [['@'], 'key_mention']]],
    [
      'keysList',
      [
        [['↑', '↓'], 'key_rows'],
        [['Home', 'End'], 'key_ends'],
        [['Enter'], 'key_open'],
        [['Shift+F10'], 'key_rowMenu'],
      ],
    ],
    [
      'keysMessages',
      [
        [['PgUp', 'PgDn'], 'key_messages'],
        [['Enter'], 'key_actions'],
        [['Delete'], 'key_revoke'],
        [['Ctrl+F'], 'searchInChat'],
        ...working('reply', 'edit', 'forward', 'star', 'info'),
      ],
    ],
  ];
  return (
    <Page title={t('shortcuts')} isText>
      {!shortcuts && <p class="set-note">{t('keysOff')}</p>}
      {groups.map(([title, lines]) => (
        <Section key={title} title={t(title)}>
          <dl class="keys">
            {lines.map((line) =>
              typeof line === 'string' ? (
                <ShortcutLine key={line} name={line} />
              ) : (
                <div key={line[1]}>
                  <dt>
                    {line[0].map((chord) => (
                      <Chord key={chord} keys={chord} />
                    ))}
                  </dt>
                  <dd>{t(line[1])}</dd>
                </div>
              ),
            )}
          </dl>
        </Section>
      ))}
      <div class="set-end">
        <small class="quiet">{t('keysLead')}</small>
        {chosen !== null && (
          <button type="button" class="plain" onClick={() => preferences.set('keys', null)}>
            {t('keysReset')}
          </button>
        )}
      </div>
    </Page>
  );
}
