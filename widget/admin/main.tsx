import { effect } from '@preact/signals';
import { render } from 'preact';
import { Admin } from './admin.ts';
import { chosenLanguage, language, setLanguage } from './text/text.ts';
import { Frame } from './view/frame.tsx';
import { Room } from './view/room.ts';

// `/admin` may stand below a prefix; the API is beside it.
const admin = new Admin(new URL('.', location.href).href.replace(/\/$/, ''));
void admin.begin();
await setLanguage(chosenLanguage() ?? navigator.language);
effect(() => {
  document.documentElement.lang = language.value;
});
effect(() => {
  const me = admin.me.value;
  if (me && !chosenLanguage()) void setLanguage(me.agent.locale);
});
render(
  <Room.Provider value={admin}>
    <Frame />
  </Room.Provider>,
  document.querySelector('#app')!,
);
