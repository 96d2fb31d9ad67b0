import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { t, tCode } from '../../../text/text.ts';
import { locale } from '../../../text/text.ts';
import { phoneText } from '../../phone-text.ts';
import { callingCodes, exampleOf, international, regionOf } from '../../country-codes.ts';
import { Icon } from '../../icon.tsx';
import { Spinner } from '../../parts.tsx';
import { useRoom } from '../../shell.ts';

/** The longest number there is, E.164; the shortest that is worth asking for. */
const longest = 15;
const shortest = 8;

/** Any spelling of a number: what it will be is said while it is typed; whether it is on WhatsApp, by the server. */
export function StartByNumber(): JSX.Element {
  const { model } = useRoom();
  const wanted = model.wanted.value;
  const phone = useSignal(wanted?.phone ?? '');
  const trouble = useSignal(wanted ? tCode('problem_', wanted.trouble) : '');
  const isBusy = useSignal(false);
  useSignalEffect(() => {
    const asked = model.wanted.value;
    if (!asked) return;
    phone.value = asked.phone;
    trouble.value = tCode('problem_', asked.trouble);
    model.wanted.value = null;
  });
  const region = regionOf(locale.value, navigator.languages);
  const typed = phone.value.trim();
  const number = international(typed, region).replace(/[^+\d]/g, '');
  const digits = number.slice(1);
  const wrong = /[^\d\s()+.\-/]/.test(typed)
    ? t('numberLetters')
    : digits.length > longest
      ? t('numberLong')
      : '';
  const isWhole = !wrong && digits.length >= shortest && typed.replace(/\D/g, '').length >= 6;
  const country = countryOf(digits);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy.value || wrong) return;
    if (!isWhole) {
      trouble.value = tCode('problem_', 'bad-phone-number');
      return;
    }
    isBusy.value = true;
    trouble.value = '';
    const failed = await model.startChat(number);
    isBusy.value = false;
    if (failed) trouble.value = tCode('problem_', failed);
  };
  const said = trouble.value || wrong;
  return (
    <form class="start-chat" onSubmit={(event) => void submit(event)} noValidate>
      <label class="field">
        <span>{t('startTitle')}</span>
        <span class="with-action">
          <input
            type="tel"
            inputMode="tel"
            autoComplete="off"
            dir="ltr"
            placeholder={`+${callingCodes.get(region) ?? ''} ${exampleOf(region)}`.trim()}
            value={phone.value}
            aria-invalid={said !== ''}
            aria-describedby="cd-start-trouble cd-start-number"
            onInput={(event) => {
              phone.value = event.currentTarget.value;
              trouble.value = '';
            }}
          />
          <button type="submit" class="primary" aria-disabled={isBusy.value}>
            {isBusy.value && <Spinner />}
            {t(isBusy.value ? 'startChecking' : 'startGo')}
          </button>
        </span>
      </label>
      {!said && isWhole && (
        <p class="start-number" id="cd-start-number">
          <Icon name="check" size={16} />
          <bdi dir="ltr">{phoneText(digits)}</bdi>
          {country && <span class="quiet ellipsis">{country}</span>}
        </p>
      )}
      <p class="trouble" id="cd-start-trouble" role="alert">
        {said}
      </p>
    </form>
  );
}

/** The country of a number by its calling code, in the Agent's language; '' where several share it. */
function countryOf(digits: string): string {
  for (let length = 4; length > 0; length--) {
    const code = digits.slice(0, length);
    const regions = Array.from(callingCodes).filter(([, one]) => one === code);
    if (regions.length === 1)
      return new Intl.DisplayNames([locale.value], { type: 'region' }).of(regions[0]![0]) ?? '';
    if (regions.length) return '';
  }
  return '';
}
