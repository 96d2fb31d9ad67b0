import { batch, signal } from '@preact/signals';

/** The one sound that plays; a second one takes its place. It goes on while its bubble is scrolled away. */
export const playing = signal<{ key: string; isPlaying: boolean; at: number; seconds: number } | null>(null);
export const rate = signal(1);
export const failed = signal('');
const rates = [1, 1.5, 2];
let sound: HTMLAudioElement | undefined;
/** Asked for before the sound knows how long it is; until then a place in it is forgotten again. */
let wanted: number | undefined;

/** Plays or pauses. `from`: seconds to begin at. */
export function toggle(key: string, url: string, from?: number): void {
  const now = playing.peek();
  if (sound && now?.key === key) {
    if (from !== undefined) go(sound, from);
    if (sound.paused) void start(sound, key);
    else sound.pause();
    return;
  }
  stop();
  const made = new Audio();
  sound = made;
  made.preload = 'auto';
  made.src = url;
  made.playbackRate = rate.peek();
  wanted = from || undefined;
  const tell = (): void => {
    if (sound !== made) return;
    const seconds = Number.isFinite(made.duration) ? made.duration : 0;
    const at = wanted ?? made.currentTime;
    playing.value = { key, isPlaying: !made.paused && !made.ended, at, seconds };
  };
  made.addEventListener('loadedmetadata', () => {
    if (sound !== made || wanted === undefined) return;
    made.currentTime = wanted;
    wanted = undefined;
  });
  for (const name of ['timeupdate', 'play', 'pause', 'loadedmetadata', 'seeked'])
    made.addEventListener(name, tell);
  made.addEventListener('ended', () => sound === made && stop());
  batch(() => {
    failed.value = '';
    playing.value = { key, isPlaying: true, at: from ?? 0, seconds: 0 };
  });
  void start(made, key);
}

async function start(made: HTMLAudioElement, key: string): Promise<void> {
  made.playbackRate = rate.peek();
  try {
    await made.play();
  } catch (error) {
    // Replaced by another one: nothing went wrong.
    if (sound !== made || (error instanceof DOMException && error.name === 'AbortError')) return;
    stop();
    failed.value = key;
  }
}

export function seek(key: string, at: number): void {
  const now = playing.peek();
  if (!sound || now?.key !== key) return;
  go(sound, at);
  playing.value = { ...now, at };
}

function go(made: HTMLAudioElement, at: number): void {
  if (made.readyState < HTMLMediaElement.HAVE_METADATA) wanted = at;
  else made.currentTime = at;
}

export function nextRate(): void {
  rate.value = rates[(rates.indexOf(rate.peek()) + 1) % rates.length] ?? 1;
  if (sound) sound.playbackRate = rate.value;
}

export function stop(): void {
  const old = sound;
  sound = undefined;
  wanted = undefined;
  playing.value = null;
  if (!old) return;
  old.pause();
  old.removeAttribute('src');
  old.load();
}
