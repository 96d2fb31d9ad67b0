import { effect } from '@preact/signals';
import { render } from 'preact';
import { Http } from '../app/link/http.ts';
import { bringTexts, language, setLanguage } from './text/text.ts';
import { OwnerPage } from './view/owner-page.tsx';

// `/link#token`: behind the #, so that no server's log sees it.
const http = new Http({ host: new URL('.', location.href).href.replace(/\/$/, ''), auth: 'cookie' });
await Promise.all([setLanguage(navigator.language), bringTexts('number')]);
effect(() => {
  document.documentElement.lang = language.value;
});
render(<OwnerPage http={http} token={location.hash.slice(1)} />, document.querySelector('#app')!);
