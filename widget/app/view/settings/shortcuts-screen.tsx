import type { JSX } from 'preact';
import { t, type TextKey } from '../../text/text.ts';
import { useRoom } from '../shell.ts';
import { Section } from './controls.tsx';
import { Page } from './page.tsx';

type Line = [keys: string[], what: TextKey];

/** Every key there is, by the place where it works. */
export function ShortcutsScreen(): JSX.Element {
  const { preferences } = useRoom().model;
  const { enterSends, shortcuts } = preferences.value.value;
  const send: Line[] = enterSends
    ? [
        [['Enter'], 'key_send'],
        [['Shift', 'Enter'], 'key_line'],
      ]
    : [
        [['Ctrl', 'Enter'], 'key_send'],
        [['Enter'], 'key_line'],
      ];
  const single: Line[] = [
    [['R'], 'key_reply'],
    [['E'], 'key_edit'],
    [['F'], 'key_forward'],
    [['S'], 'key_star'],
    [['I'], 'key_info'],
  ];
  const groups: [TextKey, Line[]][] = [
    [
      'keysEverywhere',
      [
        [['Esc'], 'key_close'],
        [['F6'], 'key_regions'],
        [['Ctrl', 'K'], 'key_search'],
        ...(shortcuts ? ([[['?'], 'key_sheet']] satisfies Line[]) : []),
      ],
    ],
    ['keysComposer', [...send, [['↑'], 'key_last'], [['/'], 'key_canned'], [['@'], 'key_mention']]],
    [
      'keysList',
      [
        [['↑', '↓'], 'key_rows'],
        [['Home', 'End'], 'key_ends'],
        [['Enter'], 'key_open'],
        [['Shift', 'F10'], 'key_rowMenu'],
      ],
    ],
    [
      'keysMessages',
      [[['PgUp', 'PgDn'], 'key_messages'], [['Enter'], 'key_actions'], ...(shortcuts ? single : [])],
    ],
  ];
  return (
    <Page title={t('shortcuts')} isText>
      {!shortcuts && <p class="set-note">{t('keysOff')}</p>}
      {groups.map(([title, lines]) => (
        <Section key={title} title={t(title)}>
          <dl class="keys">
            {lines.map(([keys, what]) => (
              <div key={what}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{t(what)}</dd>
              </div>
            ))}
          </dl>
        </Section>
      ))}
    </Page>
  );
}
