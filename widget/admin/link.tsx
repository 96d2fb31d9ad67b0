import { effect } from '@preact/signals';
import { render } from 'preact';
import { Http } from '../app/link/http.ts';
import { locale, setLanguage } from './text/text.ts';
import { OwnerPage } from './view/owner-page.tsx';

// `/link#token`: behind the #, so that no server's log sees it.
const http = new Http({ host: new URL('.', location.href).href.replace(/\/$/, ''), auth: 'cookie' });
await setLanguage(navigator.language);
effect(() => {
  document.documentElement.lang = locale.value;
});
render(<OwnerPage http={http} token={location.hash.slice(1)} />, document.querySelector('#app')!);
