import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../text/text.ts';

type Device = 'android' | 'ios';
/** Which phone the pictures show; the same on every tab, and as first seen from the device in the hand. */
const device = signal<Device>(/iPhone|iPad|Mac OS/.test(navigator.userAgent) ? 'ios' : 'android');

/** What to do on the phone, in three pictures. */
export function Steps({ way }: { way: 'qr' | 'code' }): JSX.Element {
  const isIos = device.value === 'ios';
  const steps = [
    ['open', t('step1')],
    [isIos ? 'tabs' : 'dots', t(isIos ? 'step2ios' : 'step2android')],
    [way === 'qr' ? 'scan' : 'type', t(way === 'qr' ? 'step3' : 'step3code')],
  ] as const;
  return (
    <div class="how">
      <div class="segments devices" role="radiogroup" aria-label={t('stepsFor')}>
        {(['android', 'ios'] as const).map((one) => (
          <button
            key={one}
            type="button"
            role="radio"
            aria-checked={one === device.value}
            tabIndex={one === device.value ? 0 : -1}
            onClick={() => (device.value = one)}
            onKeyDown={(event) => {
              if (!event.key.startsWith('Arrow')) return;
              event.preventDefault();
              device.value = one === 'ios' ? 'android' : 'ios';
              const { parentElement } = event.currentTarget;
              parentElement?.querySelector<HTMLElement>(`:nth-child(${one === 'ios' ? 1 : 2})`)?.focus();
            }}
          >
            {one === 'ios' ? 'iPhone' : 'Android'}
          </button>
        ))}
      </div>
      <ol class="steps">
        {steps.map(([picture, text]) => (
          <li key={picture}>
            <span class="step-picture">
              <Picture of={picture} />
            </span>
            <span>
              {text}
              {picture !== 'open' && picture !== 'scan' && picture !== 'type' && way === 'code' && (
                <small>{t('step2code')}</small>
              )}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

const drawings = {
  open: (
    <>
      <path class="fill" d="M32 22a9 9 0 0 1 0 18 9 9 0 0 1-4.300-1.100L23 40l1.200-4.500A9 9 0 0 1 32 22z" />
      <path class="ink" d="M28.500 31h7M28.500 34h4.500M28.500 28h7" />
    </>
  ),
  dots: (
    <>
      <path d="M25 21h7M24 30h16M24 36h16M24 42h11" />
      <rect class="fill" x="37" y="16" width="13" height="11" rx="3" />
      <path class="ink" d="M43.500 18.800v.01M43.500 21.500v.01M43.500 24.200v.01" />
    </>
  ),
  tabs: (
    <>
      <path d="M25 17h14M24 24h16M24 30h16M24 36h11" />
      <rect class="fill" x="36" y="41" width="14" height="11" rx="3" />
      <path class="ink" d="M43 44.500a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM39.500 46.500h1.500M45 46.500h1.500" />
    </>
  ),
  scan: (
    <>
      <path d="M25 25v-5h5M34 20h5v5M39 35v5h-5M30 40h-5v-5" />
      <path
        class="solid"
        d="M28.500 24.500h3v3h-3zM33 24.500h2.500V27H33zM28.500 33h3v3h-3zM33 30h3v3h-3zM34 34.500h2v2h-2z"
      />
    </>
  ),
  type: (
    <>
      <path
        class="solid"
        d="M23.500 24h3.500v5h-3.500zM28.200 24h3.500v5h-3.500zM32.900 24h3.500v5h-3.500zM37.500 24h3v5h-3zM23.500 32h3.500v5h-3.500zM28.200 32h3.500v5h-3.500z"
      />
      <path d="M33.500 32.500v4.500M37 32.500v4.500" />
    </>
  ),
};

function Picture({ of }: { of: keyof typeof drawings }): JSX.Element {
  return (
    <svg viewBox="10 4 44 56" width="36" height="46" aria-hidden="true">
      <rect class="body" x="19" y="7" width="26" height="50" rx="6" />
      <path d="M30 53.500h4" />
      {drawings[of]}
    </svg>
  );
}
